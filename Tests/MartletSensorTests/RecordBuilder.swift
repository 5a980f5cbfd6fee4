import CMartletABI
import MartletModel
import MartletSensor

/// Lays out a record as a probe does: the fixed part, then the slices in the order in which they were asked for.
struct RecordBuilder<Layout: BitwiseCopyable> {
  var fixed: Layout
  private var tail: [UInt8] = []

  init(_ fixed: Layout) { self.fixed = fixed }

  /// Appends bytes to the tail.
  mutating func slice(_ bytes: some Collection<UInt8>) -> martlet_slice {
    let offset = MemoryLayout<Layout>.size + tail.count
    tail += bytes
    return martlet_slice(offset: UInt32(offset), length: UInt32(bytes.count))
  }

  mutating func text(_ text: String) -> martlet_slice { slice(text.utf8) }

  /// Appends strings with a NUL behind each.
  mutating func strings(_ strings: String...) -> martlet_slice { slice(strings.flatMap { Array($0.utf8) + [0] }) }

  var bytes: [UInt8] { unsafe withUnsafeBytes(of: fixed) { unsafe Array($0) } + tail }
}

/// A record of every type, with a value of its own in every field.
enum SampleRecord {
  static let credentials = Credentials(
    uid: 1, gid: 2, euid: 3, egid: 4, fsuid: 5, fsgid: 6, capEffective: 7, capPermitted: 1 << 40)

  static func header(_ type: martlet_record_type, flags: martlet_record_flag...) -> martlet_record_header {
    martlet_record_header(
      size: 0, type: UInt16(type.rawValue), flags: UInt16(flags.reduce(0) { $0 | $1.rawValue }), ktime_ns: 500,
      result: -13, pid: 10, tid: 11,
      credentials: martlet_credentials(
        uid: 1, gid: 2, euid: 3, egid: 4, fsuid: 5, fsgid: 6, cap_effective: 7, cap_permitted: 1 << 40))
  }

  /// A file of which `names`, from the leaf up, are the path, and the first `inside` bytes of it lie in its mount.
  static func file<Layout>(
    in builder: inout RecordBuilder<Layout>, _ names: String..., inside: UInt32 = 0, layer: martlet_layer? = nil,
    flags: martlet_file_flag...
  ) -> martlet_file {
    martlet_file(
      inode: 1 << 63, mtime_s: 3, ctime_s: -4, mtime_ns: 5, ctime_ns: 6, uid: 7, gid: 8, mount_id: 9,
      device: 8 << 20 | 1, mount_depth: inside, mode: 0o100644, layer: UInt8(layer?.rawValue ?? 0),
      flags: UInt8(flags.reduce(MARTLET_FILE_PRESENT.rawValue) { $0 | $1.rawValue }),
      path: builder.slice(names.flatMap { Array($0.utf8) + [0] }), filesystem: builder.text("ext4"))
  }

  static func process<Layout>(in builder: inout RecordBuilder<Layout>) -> martlet_process {
    martlet_process(
      ppid: 20, reserved: 0, cgroup_id: 21, comm: builder.text("sh"), tty: builder.text("pts0"),
      cgroup: builder.strings("leaf", "slice"), cgroup_v1: builder.strings("v1"))
  }

  static var fork: [UInt8] {
    var builder = RecordBuilder(martlet_fork_record())
    builder.fixed.header = header(MARTLET_RECORD_FORK)
    builder.fixed.process = process(in: &builder)
    builder.fixed.parent_tid = 22
    return builder.bytes
  }

  static var exec: [UInt8] {
    exec { builder in
      builder.fixed.args = builder.strings("sh", "-c", "exit")
      builder.fixed.envs = builder.strings("PATH=/bin", "HOME=/root")
    }
  }

  /// An exec whose vectors `fill` appends, as the probe does, last.
  static func exec(_ fill: (inout RecordBuilder<martlet_exec_record>) -> Void) -> [UInt8] {
    var builder = RecordBuilder(martlet_exec_record())
    builder.fixed.header = header(MARTLET_RECORD_EXEC)
    builder.fixed.process = process(in: &builder)
    builder.fixed.executable = file(in: &builder, "script", "bin")
    builder.fixed.interpreter = file(in: &builder, "dash", "bin", "usr")
    builder.fixed.filename = builder.text("./script")
    fill(&builder)
    return builder.bytes
  }

  static var exit: [UInt8] {
    RecordBuilder(martlet_exit_record(header: header(MARTLET_RECORD_EXIT), status: 0x8b, dumped: 1)).bytes
  }

  static var open: [UInt8] {
    var builder = RecordBuilder(martlet_open_record())
    builder.fixed.header = header(MARTLET_RECORD_OPEN)
    builder.fixed.file = file(in: &builder, "passwd", "etc")
    builder.fixed.open_flags = 0o102
    builder.fixed.mode = 0o101640
    return builder.bytes
  }

  static func credentials(_ type: martlet_record_type) -> [UInt8] {
    RecordBuilder(martlet_credentials_record(header: header(type))).bytes
  }

  static var signal: [UInt8] {
    RecordBuilder(martlet_signal_record(header: header(MARTLET_RECORD_SIGNAL), signal: 15, target: 4000)).bytes
  }

  static var chdir: [UInt8] {
    var builder = RecordBuilder(martlet_chdir_record())
    builder.fixed.header = header(MARTLET_RECORD_CHDIR)
    builder.fixed.file = file(in: &builder, "srv")
    builder.fixed.user_path = builder.text("../srv")
    return builder.bytes
  }

  /// An address of IPv4, 10.0.0.`last`.
  static func address(_ last: UInt64, port: UInt16) -> martlet_address {
    martlet_address(
      high: 0, low: 0xffff_0a00_0000 | last, family: 2, port: port, flags: 0, name: martlet_slice())
  }

  static var bind: [UInt8] {
    RecordBuilder(martlet_bind_record(header: header(MARTLET_RECORD_BIND), address: address(1, port: 80))).bytes
  }

  static func packet(_ type: martlet_record_type, _ payload: [UInt8] = [1, 2, 3]) -> [UInt8] {
    var builder = RecordBuilder(martlet_packet_record())
    builder.fixed.header = header(type)
    builder.fixed.source = address(1, port: 4000)
    builder.fixed.destination = address(2, port: 53)
    builder.fixed.flow = 9
    builder.fixed.sequence = 7
    builder.fixed.size = 71
    builder.fixed.payload_size = 29
    builder.fixed.netns = 4_026_531_840
    builder.fixed.ifindex = 3
    builder.fixed.ethertype = 0x0800
    builder.fixed.protocol = 17
    builder.fixed.device = builder.text("eth0")
    builder.fixed.payload = builder.slice(payload)
    return builder.bytes
  }

  static func connection(_ type: martlet_record_type) -> [UInt8] {
    var builder = RecordBuilder(martlet_connection_record())
    builder.fixed.header = header(type)
    builder.fixed.local = address(1, port: 4000)
    builder.fixed.peer = address(2, port: 443)
    builder.fixed.protocol = 6
    return builder.bytes
  }

  static var all: [[UInt8]] {
    [
      fork, exec, exit, open, credentials(MARTLET_RECORD_SETUID), credentials(MARTLET_RECORD_SETGID),
      credentials(MARTLET_RECORD_CAPSET), signal, chdir, bind, packet(MARTLET_RECORD_DNS),
      packet(MARTLET_RECORD_IMDS), connection(MARTLET_RECORD_CONNECT), connection(MARTLET_RECORD_ACCEPT),
    ]
  }
}

/// Decodes on a host whose monotonic clock began 1,000 nanoseconds after the epoch.
func decode(_ bytes: [UInt8]) throws(RecordError) -> Activity {
  try unsafe Activity(decoding: Record(bytes.span.bytes), clock: ClockBase(offset: 1_000))
}

extension Activity {
  /// Every field, as text: an activity has no other equality.
  var everything: String { String(reflecting: self) }

  var fork: Fork? { if case .fork(let fork) = detail { fork } else { nil } }
  var exec: Exec? { if case .exec(let exec) = detail { exec } else { nil } }
  var exit: Exit? { if case .exit(let exit) = detail { exit } else { nil } }
  var open: Open? { if case .open(let open) = detail { open } else { nil } }
  var signal: Signal? { if case .signal(let signal) = detail { signal } else { nil } }
  var bind: Bind? { if case .bind(let bind) = detail { bind } else { nil } }
  var packet: Packet? { if case .packet(let packet) = detail { packet } else { nil } }
  var connection: Connection? { if case .connection(let connection) = detail { connection } else { nil } }
  var chdir: Chdir? { if case .chdir(let chdir) = detail { chdir } else { nil } }
}
