import CMartletABI
import MartletModel
import Testing

@testable import MartletSensor

struct DecoderTests {
  @Test func `there is a record of every type, and its header is decoded`() throws {
    let activities = try SampleRecord.all.map(decode)
    #expect(Set(activities.map(\.type)) == Set(EventType.allCases))
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
    #expect(EventType.allCases.allSatisfy { $0.rawValue < MARTLET_RECORD_TYPES.rawValue })
    #expect(EventType.fork.rawValue == UInt8(MARTLET_RECORD_FORK.rawValue))
    #expect(EventType.chdir.rawValue == UInt8(MARTLET_RECORD_CHDIR.rawValue))
    #expect(EventType.splice.rawValue == UInt8(MARTLET_RECORD_SPLICE.rawValue))
    #expect(EventType.mount.rawValue == UInt8(MARTLET_RECORD_MOUNT.rawValue))
    #expect(EventType.selinux.rawValue == UInt8(MARTLET_RECORD_SELINUX.rawValue))
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

  // MARK: Changes of files

  @Test(arguments: SampleRecord.changes)
  func `a change tells the file and what was asked for`(type: martlet_record_type) throws {
    let activity = try decode(SampleRecord.change(type))
    #expect(activity.type.rawValue == UInt8(type.rawValue))
    let change = try #require(activity.change)
    #expect(change.file.path == "/srv/old" && change.file.pathError == nil)
    #expect(change.destination == nil && change.argument == "../srv/old")
    #expect(change.mode == 0o104755 && change.uid == 30 && change.gid == 31 && change.flags == 0x200)
    #expect(change.attribute == "user.mark" && change.attributeNamespace == "user")
    #expect(change.accessed == nil && change.modified == nil)
  }

  @Test func `a rename tells both names`() throws {
    let change = try #require(try decode(SampleRecord.rename).change)
    #expect(change.file.path == "/srv/old" && change.destination?.path == "/srv/new")
  }

  @Test func `an id of all ones stays as it is`() throws {
    let record = SampleRecord.change(MARTLET_RECORD_CHOWN) { builder in
      builder.fixed.uid = .max
      builder.fixed.gid = 0
    }
    let change = try #require(try decode(record).change)
    #expect(change.uid == nil && change.gid == 0)
  }

  @Test func `only the times that were set are told`() throws {
    let record = SampleRecord.change(MARTLET_RECORD_UTIMES) { builder in
      builder.fixed.atime_s = 1
      builder.fixed.mtime_s = 2
      builder.fixed.mtime_ns = 3
      builder.fixed.times = MARTLET_CHANGE_MTIME.rawValue
    }
    let change = try #require(try decode(record).change)
    #expect(change.accessed == nil && change.modified == Instant(seconds: 2, nanoseconds: 3))
  }

  @Test(
    arguments: [
      (nil, "/srv/old", nil), (MARTLET_FILE_CLAIMED, "/srv/old", .userString),
      (MARTLET_FILE_PARENT, "/srv/old/name", .userString), (MARTLET_FILE_START, "/srv/old/sub/name", .userString),
    ] as [(martlet_file_flag?, String, PathError?)])
  func `what the caller's string led to says how far it is known`(
    flag: martlet_file_flag?, path: String, error: PathError?
  ) throws {
    let record = SampleRecord.change(MARTLET_RECORD_UNLINK) { builder in
      builder.fixed.user_path = builder.text("sub/./name")
      if let flag { builder.fixed.file.flags |= UInt8(flag.rawValue) }
    }
    let file = try #require(try decode(record).change).file
    #expect(file.path == path && file.pathError == error)
    // Nothing is known of a file of which only the name is.
    #expect((file.inode == 0) == (flag == MARTLET_FILE_PARENT || flag == MARTLET_FILE_START))
  }

  @Test func `a change of which the probe saw nothing says so`() throws {
    let record = SampleRecord.change(MARTLET_RECORD_UNLINK) { builder in
      builder.fixed.file = martlet_file()
      builder.fixed.user_path = martlet_slice()
    }
    #expect(try #require(try decode(record).change).file.pathError == .unknown)
  }

  @Test(arguments: [(0, true), (-13, false)] as [(Int64, Bool)])
  func `a link that succeeded leads to the same file, also where the new name was not found`(
    result: Int64, isSame: Bool
  ) throws {
    let record = SampleRecord.change(MARTLET_RECORD_LINK) { builder in
      builder.fixed.header.result = result
      builder.fixed.file.layer = UInt8(MARTLET_LAYER_LOWER.rawValue)
      builder.fixed.destination = SampleRecord.file(in: &builder, "directory", flags: MARTLET_FILE_PARENT)
      builder.fixed.user_destination = builder.text("directory/new")
    }
    let destination = try #require(try decode(record).change?.destination)
    #expect(destination.path == "/directory/new" && destination.pathError == .userString)
    #expect(destination.inode == (isSame ? 1 << 63 : 0))
    #expect(destination.inUpperLayer == (isSame ? true : nil))
  }

  @Test func `a splice tells the file and both flags`() throws {
    let splice = try #require(try decode(SampleRecord.splice).splice)
    #expect(splice.file?.path == "/data" && splice.entryFlag == 0x10 && splice.exitFlag == 0x4)
  }
}
