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

  /// A change of the type, of which `fill` completes the record.
  static func change(
    _ type: martlet_record_type, _ fill: (inout RecordBuilder<martlet_change_record>) -> Void = { _ in }
  ) -> [UInt8] {
    var builder = RecordBuilder(martlet_change_record())
    builder.fixed.header = header(type)
    builder.fixed.file = file(in: &builder, "old", "srv")
    builder.fixed.mode = 0o104755
    builder.fixed.uid = 30
    builder.fixed.gid = 31
    builder.fixed.flags = 0x200
    builder.fixed.user_path = builder.text("../srv/old")
    builder.fixed.attribute = builder.text("user.mark")
    fill(&builder)
    return builder.bytes
  }

  static var rename: [UInt8] {
    change(MARTLET_RECORD_RENAME) { builder in
      builder.fixed.destination = file(in: &builder, "new", "srv")
      builder.fixed.user_destination = builder.text("new")
    }
  }

  static var splice: [UInt8] {
    var builder = RecordBuilder(martlet_splice_record())
    builder.fixed.header = header(MARTLET_RECORD_SPLICE)
    builder.fixed.file = file(in: &builder, "data")
    builder.fixed.entry_flag = 0x10
    builder.fixed.exit_flag = 0x4
    return builder.bytes
  }

  static let changes = [
    MARTLET_RECORD_MKDIR, MARTLET_RECORD_RMDIR, MARTLET_RECORD_LINK, MARTLET_RECORD_UNLINK, MARTLET_RECORD_CHMOD,
    MARTLET_RECORD_CHOWN, MARTLET_RECORD_UTIMES, MARTLET_RECORD_SETXATTR, MARTLET_RECORD_REMOVEXATTR,
  ]

  static var mount: [UInt8] {
    mount { builder in
      builder.fixed.flags = MARTLET_MOUNT_BIND.rawValue
      builder.fixed.source_count = 2
      builder.fixed.sources.0 = martlet_mount_source(mount_id: 28, flags: 0, path: builder.strings("x", "a"))
      builder.fixed.sources.1 = martlet_mount_source(mount_id: 29, flags: 0, path: builder.strings("x", "b"))
      builder.fixed.user_source = builder.text("../b/./x")
      builder.fixed.base = builder.strings("srv")
    }
  }

  /// A mount of which `fill` tells where it comes from.
  static func mount(_ fill: (inout RecordBuilder<martlet_mount_record>) -> Void) -> [UInt8] {
    var builder = RecordBuilder(martlet_mount_record())
    builder.fixed.header = header(MARTLET_RECORD_MOUNT)
    builder.fixed.mount_id = 30
    builder.fixed.parent_id = 31
    builder.fixed.device = 8 << 20 | 2
    builder.fixed.attached = builder.slice([30, 0, 0, 0, 0, 1, 0, 0])
    builder.fixed.mountpoint = file(in: &builder, "mnt", "srv")
    builder.fixed.root = file(in: &builder, "x")
    fill(&builder)
    return builder.bytes
  }

  static func mounts(_ type: martlet_record_type) -> [UInt8] {
    var builder = RecordBuilder(martlet_mounts_record())
    builder.fixed.header = header(type)
    builder.fixed.mount_id = 30
    builder.fixed.mounts = builder.slice([30, 0, 0, 0, 31, 0, 0, 0])
    return builder.bytes
  }

  static var mmap: [UInt8] {
    var builder = RecordBuilder(martlet_mmap_record())
    builder.fixed.header = header(MARTLET_RECORD_MMAP)
    builder.fixed.file = file(in: &builder, "libc.so", "lib")
    builder.fixed.length = 1 << 40
    builder.fixed.offset = 4096
    builder.fixed.protection = 5
    builder.fixed.map_flags = 2
    return builder.bytes
  }

  static var mprotect: [UInt8] {
    RecordBuilder(
      martlet_mprotect_record(
        header: header(MARTLET_RECORD_MPROTECT), vm_start: 0x1000, vm_end: 0x3000, vm_flags: 1 << 63 | 0x73,
        protection: 7, reserved: 0)
    ).bytes
  }

  static var ptrace: [UInt8] {
    RecordBuilder(
      martlet_ptrace_record(
        header: header(MARTLET_RECORD_PTRACE), request: -1, address: .max, tracee: 4000, reserved: 0)
    ).bytes
  }

  static var bpf: [UInt8] {
    bpf { builder in
      builder.fixed.map = martlet_bpf_map(id: 7, type: 2, name: builder.text("counts"))
      builder.fixed.program.id = 8
      builder.fixed.program.type = 1
      builder.fixed.program.attach_type = 3
      builder.fixed.program.flags = MARTLET_BPF_HELPERS_KNOWN.rawValue
      builder.fixed.program.tag = (0x0a, 0xff, 0, 1, 2, 3, 4, 0x50)
      builder.fixed.program.helpers = (1 << 1 | 1 << 63, 1, 0, 1 << 63)
      builder.fixed.program.name = builder.text("probe")
    }
  }

  static func bpf(_ fill: (inout RecordBuilder<martlet_bpf_record>) -> Void) -> [UInt8] {
    var builder = RecordBuilder(martlet_bpf_record())
    builder.fixed.header = header(MARTLET_RECORD_BPF)
    builder.fixed.command = 35
    fill(&builder)
    return builder.bytes
  }

  static func module(_ type: martlet_record_type) -> [UInt8] {
    var builder = RecordBuilder(martlet_module_record())
    builder.fixed.header = header(type)
    builder.fixed.file = file(in: &builder, "dm-mod.ko", "lib")
    builder.fixed.flags = MARTLET_MODULE_FROM_MEMORY.rawValue | MARTLET_MODULE_ARGS_TRUNCATED.rawValue
    builder.fixed.name = builder.text("dm_mod")
    builder.fixed.args = builder.text(" a=1\t\n b=\u{301}2 ")
    return builder.bytes
  }

  static var selinux: [UInt8] { selinux(MARTLET_SELINUX_BOOL, "1") }

  static func selinux(_ kind: martlet_selinux_kind, _ text: String) -> [UInt8] {
    var builder = RecordBuilder(martlet_selinux_record())
    builder.fixed.header = header(MARTLET_RECORD_SELINUX)
    builder.fixed.file = file(in: &builder, "httpd_execmem", "booleans")
    builder.fixed.kind = kind.rawValue
    builder.fixed.text = builder.text(text)
    return builder.bytes
  }

  /// An address of IPv4, 10.0.0.`last`.
  static func address(_ last: UInt64, port: UInt16) -> martlet_address {
    martlet_address(
      high: 0, low: 0xffff_0a00_0000 | last, family: 2, port: port, flags: 0, protocol: 6, name: martlet_slice())
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

  static func session(_ data: [UInt8], type: UInt32 = MARTLET_SESSION_K8S.rawValue) -> [UInt8] {
    var builder = RecordBuilder(martlet_session_record())
    builder.fixed.header = header(MARTLET_RECORD_SESSION)
    builder.fixed.id = 7
    builder.fixed.cursor = 2
    builder.fixed.session_type = type
    builder.fixed.data = builder.slice(data)
    return builder.bytes
  }

  /// The record, of a thread that is in a span.
  static func inSpan(_ record: [UInt8], _ span: UInt64 = 1 << 63, _ trace: UInt64 = 9) -> [UInt8] {
    var record = record
    unsafe record.withUnsafeMutableBytes { bytes in
      var header = unsafe bytes.loadUnaligned(as: martlet_record_header.self)
      header.flags |= UInt16(MARTLET_FLAG_SPAN.rawValue)
      unsafe bytes.storeBytes(of: header, as: martlet_record_header.self)
    }
    return unsafe withUnsafeBytes(of: martlet_span(span_id: span, trace_id: trace)) { unsafe record + Array($0) }
  }

  static var network: [[UInt8]] {
    [
      bind, packet(MARTLET_RECORD_DNS), packet(MARTLET_RECORD_IMDS), connection(MARTLET_RECORD_CONNECT),
      connection(MARTLET_RECORD_ACCEPT),
    ]
  }

  /// Of each type of `KernelRecordTests`.
  static var kernel: [[UInt8]] {
    [
      mount, mounts(MARTLET_RECORD_UMOUNT), mounts(MARTLET_RECORD_UNSHARE), mmap, mprotect, ptrace, bpf,
      module(MARTLET_RECORD_LOAD_MODULE), module(MARTLET_RECORD_UNLOAD_MODULE), selinux,
    ]
  }

  static var prctl: [UInt8] {
    var builder = RecordBuilder(martlet_prctl_record())
    builder.fixed.header = header(MARTLET_RECORD_PRCTL)
    builder.fixed.option = 15
    builder.fixed.is_name_cut = 1
    builder.fixed.name = builder.text("worker")
    return builder.bytes
  }

  static func setsockopt(length: UInt16 = 2, _ filter: [UInt8]) -> [UInt8] {
    var builder = RecordBuilder(martlet_setsockopt_record())
    builder.fixed.header = header(MARTLET_RECORD_SETSOCKOPT)
    builder.fixed.level = 1
    builder.fixed.option = 26
    builder.fixed.family = 17
    builder.fixed.socket_type = 3
    builder.fixed.filter_length = length
    builder.fixed.filter = builder.slice(filter)
    return builder.bytes
  }

  static var setrlimit: [UInt8] {
    RecordBuilder(
      martlet_setrlimit_record(
        header: header(MARTLET_RECORD_SETRLIMIT), current: 64, maximum: .max, resource: 7, target: 4000)
    ).bytes
  }

  static func sysctl(_ flags: martlet_sysctl_flag..., name: String, old: String, new: String) -> [UInt8] {
    var fixed = martlet_sysctl_record()
    fixed.header = header(MARTLET_RECORD_SYSCTL)
    fixed.flags = flags.reduce(0) { $0 | $1.rawValue }
    fixed.position = 3
    unsafe withUnsafeMutableBytes(of: &fixed.name) { unsafe $0.copyBytes(from: name.utf8) }
    unsafe withUnsafeMutableBytes(of: &fixed.old_value) { unsafe $0.copyBytes(from: old.utf8) }
    unsafe withUnsafeMutableBytes(of: &fixed.new_value) { unsafe $0.copyBytes(from: new.utf8) }
    return RecordBuilder(fixed).bytes
  }

  static func cgroupWrite(moved: UInt32, _ text: String) -> [UInt8] {
    var builder = RecordBuilder(martlet_cgroup_write_record())
    builder.fixed.header = header(MARTLET_RECORD_CGROUP_WRITE)
    builder.fixed.file = file(in: &builder, "cgroup.procs", "g")
    builder.fixed.moved = moved
    builder.fixed.text = builder.text(text)
    return builder.bytes
  }

  static var syscalls: [UInt8] {
    RecordBuilder(
      martlet_syscalls_record(
        header: header(MARTLET_RECORD_SYSCALLS), numbers: (1 | 1 << 63, 2, 0, 0, 0, 0, 0, 1 << 63))
    ).bytes
  }

  /// Of each type that is an extension of the schema, and of `syscalls`.
  static var settings: [[UInt8]] {
    [
      prctl, setsockopt([6, 0, 0, 0, 1, 0, 0, 0]), setrlimit,
      sysctl(MARTLET_SYSCTL_WRITE, name: "kernel/x", old: "0\n", new: "1\n"), cgroupWrite(moved: 7, "7"), syscalls,
    ]
  }

  static var all: [[UInt8]] {
    [
      fork, exec, exit, open, credentials(MARTLET_RECORD_SETUID), credentials(MARTLET_RECORD_SETGID),
      credentials(MARTLET_RECORD_CAPSET), signal, chdir, rename, splice,
    ] + changes.map { change($0) } + kernel + network + settings + [session(Array("{}".utf8))]
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
  var change: Change? { if case .change(let change) = detail { change } else { nil } }
  var splice: Splice? { if case .splice(let splice) = detail { splice } else { nil } }
  var bind: Bind? { if case .bind(let bind) = detail { bind } else { nil } }
  var packet: Packet? { if case .packet(let packet) = detail { packet } else { nil } }
  var connection: Connection? { if case .connection(let connection) = detail { connection } else { nil } }
  var session: SessionPiece? { if case .session(let piece) = detail { piece } else { nil } }
  var chdir: Chdir? { if case .chdir(let chdir) = detail { chdir } else { nil } }
}
