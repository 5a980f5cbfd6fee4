import CMartletABI
import MartletModel
import Testing

@testable import MartletSensor

struct DecoderTests {
  @Test func `there is a record of every type, and its header is decoded`() throws {
    let activities = try SampleRecord.all.map(decode)
    #expect(activities.map(\.type) == EventType.allCases)
    for activity in activities {
      #expect(activity.time == Instant(nanoseconds: 1_500))
      #expect(activity.pid == 10)
      #expect(activity.tid == 11)
      #expect(activity.result == -13)
      #expect(!activity.isAsync)
      #expect(activity.credentials == SampleRecord.credentials)
    }
  }

  @Test func `the event types have the numbers of the records`() {
    #expect(EventType.fork.rawValue == UInt8(MARTLET_RECORD_FORK.rawValue))
    #expect(EventType.chdir.rawValue == UInt8(MARTLET_RECORD_CHDIR.rawValue))
    #expect(EventType.bind.rawValue == UInt8(MARTLET_RECORD_BIND.rawValue))
    #expect(EventType.accept.rawValue == UInt8(MARTLET_RECORD_ACCEPT.rawValue))
  }

  @Test func `what came through io_uring is asynchronous`() throws {
    var record = RecordBuilder(martlet_open_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_OPEN, flags: MARTLET_FLAG_ASYNC)
    #expect(try decode(record.bytes).isAsync)
  }

  @Test func `a fork tells its creator and its place`() throws {
    let fork = try #require(try decode(SampleRecord.fork).fork)
    #expect(fork.parentPID == 20)
    #expect(fork.parentTID == 22)
    #expect(!fork.isThread)
    #expect(fork.comm == "sh")
    #expect(fork.tty == "pts0")
    #expect(fork.cgroups == ["/slice/leaf", "/v1"])
  }

  @Test func `a fork of a thread with nothing to tell has nothing`() throws {
    var record = RecordBuilder(martlet_fork_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_FORK, flags: MARTLET_FLAG_THREAD)
    let fork = try #require(try decode(record.bytes).fork)
    #expect(fork.isThread)
    #expect(fork.comm == "")
    #expect(fork.tty == "")
    #expect(fork.cgroups == [])
  }

  @Test func `an exec tells its files, its vectors and its place`() throws {
    let exec = try #require(try decode(SampleRecord.exec).exec)
    #expect(exec.parentPID == 20)
    #expect(exec.comm == "sh")
    #expect(exec.tty == "pts0")
    #expect(exec.cgroups == ["/slice/leaf", "/v1"])
    #expect(exec.executable.path == "/bin/script")
    #expect(exec.interpreter?.path == "/usr/bin/dash")
    #expect(exec.argument == "./script")
    #expect(exec.argv == ["sh", "-c", "exit"])
    #expect(exec.envp == ["PATH=/bin", "HOME=/root"])
    #expect(!exec.argvTruncated)
    #expect(!exec.envpTruncated)
  }

  @Test func `an exec of a binary has no interpreter`() throws {
    var record = RecordBuilder(martlet_exec_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_EXEC)
    let exec = try #require(try decode(record.bytes).exec)
    #expect(exec.interpreter == nil)
    #expect(exec.executable.path == "")
    #expect(exec.argv == [])
    #expect(exec.envp == [])
  }

  @Test(arguments: [
    ("/dev/fd/3", true, ""), ("/dev/fd/3/ls", true, "ls"), ("/dev/fd/3/bin//ls", true, "bin//ls"),
    ("/dev/fd/-100/ls", true, "ls"), ("/dev/fd/3/\u{301}ls", true, "\u{301}ls"), ("", true, ""),
    ("/dev/fd/3/ls", false, "/dev/fd/3/ls"), ("", false, ""),
  ])
  func `the argument of an exec is what the caller gave`(filename: String, throughDescriptor: Bool, argument: String)
    throws
  {
    let record = SampleRecord.exec { builder in
      builder.fixed.filename = builder.text(filename)
      if throughDescriptor { builder.fixed.flags = MARTLET_EXEC_FD_PATH.rawValue }
    }
    #expect(try decode(record).exec?.argument == argument)
  }

  @Test(arguments: [(0, 0), (0x8b, 1), (0x100, 0)] as [(UInt32, UInt32)])
  func `an exit tells its status`(status: UInt32, dumped: UInt32) throws {
    let record = martlet_exit_record(
      header: SampleRecord.header(MARTLET_RECORD_EXIT), status: status, dumped: dumped)
    let exit = try #require(try decode(RecordBuilder(record).bytes).exit)
    #expect(exit.status == status)
    #expect(exit.dumped == (dumped != 0))
  }

  @Test func `an open tells its flags, and its mode without the type`() throws {
    let open = try #require(try decode(SampleRecord.open).open)
    #expect(open.file.path == "/etc/passwd")
    #expect(open.flags == 0o102)
    #expect(open.mode == 0o1640)
  }

  @Test func `a signal tells its number and its target`() throws {
    let signal = try #require(try decode(SampleRecord.signal).signal)
    #expect(signal.number == 15)
    #expect(signal.target == 4000)
  }

  @Test func `a bind tells the address, and whether it is the kernel's`() throws {
    let bind = try #require(try decode(SampleRecord.bind).bind)
    #expect(bind.address.family == 2)
    #expect(bind.address.endpoint?.description == "10.0.0.1:80")
    #expect(!bind.isUserMemory)
    var record = RecordBuilder(martlet_bind_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_BIND)
    record.fixed.address.flags = MARTLET_ADDRESS_USER.rawValue
    #expect(try decode(record.bytes).bind?.isUserMemory == true)
  }

  @Test(
    arguments: [
      (1, Array("/run/x\0rest".utf8), "/run/x"), (1, Array("/run/x".utf8), "/run/x"), (1, [], ""),
      (1, [0], "@"), (1, Array("\0abs\0tract".utf8), "@abs\0tract"), (16, Array("/run/x".utf8), ""),
    ] as [(UInt16, [UInt8], String)])
  func `a socket of another family has a name or nothing`(family: UInt16, bytes: [UInt8], name: String) throws {
    var record = RecordBuilder(martlet_bind_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_BIND)
    record.fixed.address.family = family
    record.fixed.address.name = record.slice(bytes)
    let address = try #require(try decode(record.bytes).bind?.address)
    #expect(address.name == name)
    #expect(address.endpoint == nil)
  }

  @Test func `a connection tells its ends`() throws {
    let connection = try #require(try decode(SampleRecord.connection(MARTLET_RECORD_CONNECT)).connection)
    #expect(connection.local.endpoint?.description == "10.0.0.1:4000")
    #expect(connection.peer.endpoint?.description == "10.0.0.2:443")
    #expect(connection.transport == 6)
  }

  @Test func `a packet tells its way and its payload`() throws {
    let packet = try #require(try decode(SampleRecord.packet(MARTLET_RECORD_DNS)).packet)
    #expect(packet.network.source.description == "10.0.0.1:4000")
    #expect(packet.network.destination.description == "10.0.0.2:53")
    #expect(packet.network.networkProtocol == 0x0800)
    #expect(packet.network.transport == 17)
    #expect(packet.network.size == 71)
    #expect(packet.network.device.name == "eth0")
    #expect(packet.network.device.index == 3)
    #expect(packet.network.device.namespace == 4_026_531_840)
    guard case .payload(let payload) = packet.content else {
      Issue.record("it was read before it was put together")
      return
    }
    #expect(payload.bytes == [1, 2, 3])
    #expect(payload.size == 29)
    #expect(payload.flow == 9)
    #expect(payload.sequence == 7)
    #expect(!payload.isIngress)
  }

  @Test func `a chdir tells the directory and the argument`() throws {
    let chdir = try #require(try decode(SampleRecord.chdir).chdir)
    #expect(chdir.file.path == "/srv")
    #expect(chdir.argument == "../srv")
  }
}
