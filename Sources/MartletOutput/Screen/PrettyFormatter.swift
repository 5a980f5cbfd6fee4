package import MartletModel
import MartletSchema

/// A small tree an event, with what is known of it, for reading one event at a time. Trees are set apart by a blank line.
///
/// Text of the watched system cannot break out of its line.
package struct PrettyFormatter {
  private let style: ScreenStyle
  private var tree = ScreenTree()
  private var isFirst = true

  package init(style: ScreenStyle) { self.style = style }

  /// Appends the tree of an event, with the rules that it matched, its last line feed included.
  package mutating func append(_ event: Event, _ matches: [Match] = [], to output: inout [UInt8]) {
    if !isFirst { output.append(UInt8(ascii: "\n")) }
    isFirst = false
    addHeadline(event)
    for match in matches { tree.add(1, "rule") { $0.add(match.rule) } }
    addDetail(event)
    tree.add(process: event)
    tree.add(image: event.process, columns: style.columns)
    tree.add(lineageOf: event.process)
    tree.end(style, to: &output)
  }

  private mutating func addHeadline(_ event: Event) {
    tree.add(0) { line in
      line.add("\(event.type.sign) \(event.type.name)", event.type.ink)
      let outcome = Outcome(returnValue: event.activity.result)
      line.add("  \(outcome.rawValue)", outcome == .success ? .plain : .red)
      if outcome != .success { line.add(" (\(event.activity.result))", .dim) }
      if event.activity.isAsync { line.add("  async", .yellow) }
      line.add("  " + Timestamp(nanoseconds: event.time.nanoseconds).description, .dim)
    }
  }

  /// What only this type of event has.
  private mutating func addDetail(_ event: Event) {
    switch event.activity.detail {
    case .fork(let fork):
      tree.add(1, "parent") { line in
        line.add(process: event.process.ancestor, pid: fork.parentPID)
        if fork.parentTID != fork.parentPID { line.add(" thread \(fork.parentTID)", .dim) }
      }
    case .exec: break
    case .exit(let exit):
      let status = ExitStatus(exit)
      tree.add(1, "status") { $0.add(status.description, status.isFailure ? .red : .plain) }
      if let born = event.process.forkTime {
        tree.add(1, "lived") { $0.add(Elapsed(from: born, to: event.time).seconds + " s") }
      }
    case .open(let open):
      tree.add(1, "file", file: open.file)
      let flags = OpenFlags.names(UInt64(open.flags))
      tree.add(2, "flags") { $0.add(flags.joined(separator: " | ")) }
      if flags.contains("O_CREAT") {
        tree.add(2, "created as") { $0.add(permissionText(UInt16(truncatingIfNeeded: open.mode))) }
      }
    case .credentials: addChange(event)
    case .signal(let signal):
      tree.add(1, "signal") { $0.add(signalName(signal.number), .bold) }
      tree.add(1, "target") { $0.add(targetOf: signal, event) }
      if let target = event.target, !target.executable.shown.isEmpty {
        tree.add(2, "executable") { $0.add(file: target.executable) }
      }
    case .chdir(let chdir): tree.add(1, "directory", file: chdir.file)
    case .change(let change): addChange(change, event.type)
    case .splice(let splice):
      if let file = splice.file { tree.add(1, "file", file: file) }
      let table = PipeBufferFlags.table
      tree.add(1, "buffer") { line in
        line.add(table.joined(UInt64(splice.entryFlag)))
        line.add(" → ", .dim)
        line.add(table.joined(UInt64(splice.exitFlag)))
      }
    case .mount(let mount):
      tree.add(1, "mount point", file: mount.mountPoint)
      tree.add(1, "root", file: mount.root)
      if let source = mount.source { tree.add(1, "source") { $0.add(word: source.path.isEmpty ? "?" : source.path) } }
      tree.add(1, "mount") { $0.add("\(mount.id) on \(mount.parentID)") }
    case .umount(let mounts): tree.add(1, "mount") { $0.add(String(mounts.id)) }
    case .unshare: break
    case .mmap(let mmap):
      if let file = mmap.file { tree.add(1, "file", file: file) }
      tree.add(1, "address") { $0.add(addressText(UInt64(bitPattern: event.activity.result))) }
      tree.add(1, "length") { $0.add(String(mmap.length)) }
      if mmap.offset != 0 { tree.add(1, "offset") { $0.add(String(mmap.offset)) } }
      tree.add(1, "protection") { $0.add(Memory.protections.joined(UInt64(mmap.protection))) }
      tree.add(1, "flags") { $0.add(Memory.mapFlags.joined(UInt64(mmap.flags))) }
    case .mprotect(let mprotect):
      tree.add(1, "area") { $0.add(addressText(mprotect.areaStart) + "-" + addressText(mprotect.areaEnd)) }
      tree.add(1, "before") { $0.add(Memory.areaFlags.joined(mprotect.areaFlags)) }
      tree.add(1, "asked for") { $0.add(Memory.protections.joined(UInt64(mprotect.protection))) }
    case .ptrace(let ptrace):
      tree.add(1, "request") { $0.add(PtraceRequests.name(ptrace.request), .bold) }
      tree.add(1, "address") { $0.add(addressText(ptrace.address)) }
      if ptrace.tracee != 0 { tree.add(1, "tracee") { $0.add(process: event.target, pid: ptrace.tracee) } }
    case .bpf(let bpf): addBPF(bpf)
    case .loadModule(let module):
      tree.add(1, "module") { $0.add(word: module.name.isEmpty ? "?" : module.name, .bold) }
      if let file = module.file { tree.add(1, "file", file: file) }
      if !module.arguments.isEmpty { tree.add(1, "parameters") { $0.add(words: module.arguments) } }
    case .unloadModule(let module): tree.add(1, "module") { $0.add(word: module.name, .bold) }
    case .selinux(let selinux):
      tree.add(1, "file", file: selinux.file)
      if let status = selinux.status { tree.add(1, "status") { $0.add(status.rawValue) } }
    case .bind(let bind): tree.add(1, "address") { $0.add(bind) }
    case .packet(let packet): addPacket(packet)
    case .session: break
    case .prctl(let prctl): tree.add(1, "option") { $0.add(prctl) }
    case .setsockopt(let option): addOption(option)
    case .setrlimit(let limit):
      tree.add(1, "limit") { $0.add(resourceNames.name(limit.resource) + " = " + limitText(limit)) }
      tree.add(1, "target") { $0.add(process: event.target, pid: limit.target) }
    case .sysctl(let sysctl): addParameter(sysctl)
    case .cgroupWrite(let write):
      tree.add(1, "file", file: write.file)
      tree.add(1, "moved") { $0.add(String(write.pid)) }
    case .syscalls(let use): tree.add(1, "calls") { $0.add(words: use.numbers.map(SystemCallNames.name)) }
    case .connection(let connection):
      tree.add(1, "local") { $0.add(address: connection.local) }
      tree.add(1, "peer") { $0.add(address: connection.peer, connection.isUserMemory) }
    }
  }

  private mutating func addOption(_ option: Activity.Setsockopt) {
    tree.add(1, "option") { $0.add(option) }
    tree.add(1, "socket") { $0.add("\(AddressFamilies.name(option.family)), type \(option.socketType)") }
    guard let filter = option.filter else { return }
    tree.add(1, "filter") { $0.add("sha256:" + filter.hash) }
    for instruction in filter.instructions { tree.add(2, "") { $0.add(instruction.description) } }
  }

  private mutating func addParameter(_ sysctl: Activity.Sysctl) {
    tree.add(1, "parameter") { $0.add(word: sysctl.name.text, .bold) }
    if sysctl.isWrite { tree.add(1, "before") { $0.add(word: sysctl.oldValue.text) } }
    tree.add(1, sysctl.isWrite ? "written" : "read") { $0.add(word: sysctl.value.text) }
  }

  private mutating func addPacket(_ packet: Activity.Packet) {
    let network = packet.network
    switch packet.content {
    case .payload: break
    case .dns(let question):
      tree.add(1, "question") { $0.add(question) }
      tree.add(2, "message") { $0.add("\(question.size) bytes, id \(question.id)") }
    case .imds(let message):
      tree.add(1, "message") { $0.add(message) }
      let rows = [("host", message.host), ("user agent", message.userAgent), ("server", message.server)]
      for (label, value) in rows where !value.isEmpty { tree.add(2, label) { $0.add(word: value) } }
    }
    tree.add(1, "packet") { line in
      line.add("\(network.source) → \(network.destination), \(network.size) bytes")
    }
    tree.add(2, "device") { line in
      line.add(word: network.device.name)
      line.add(" (\(network.device.index)) of network \(network.device.namespace)", .dim)
    }
  }

  private mutating func addBPF(_ bpf: Activity.BPF) {
    tree.add(1, "command") { $0.add(BPFNames.command(bpf.command) ?? String(bpf.command), .bold) }
    if let map = bpf.map {
      tree.add(1, "map") { $0.add(word: map.name.isEmpty ? "?" : map.name) }
      tree.add(2, "type") { $0.add(BPFNames.mapType(map.type) ?? String(map.type)) }
    }
    if let program = bpf.program {
      tree.add(1, "program") { $0.add(word: program.name.isEmpty ? "?" : program.name) }
      tree.add(2, "type") { $0.add(BPFNames.programType(program.type) ?? String(program.type)) }
      tree.add(2, "tag") { $0.add(program.tag) }
      if let helpers = program.helpers, !helpers.isEmpty {
        tree.add(2, "helpers") { $0.add(words: helpers.map(BPFNames.helper)) }
      }
    }
  }

  private mutating func addChange(_ change: Activity.Change, _ type: EventType) {
    tree.add(1, type == .mkdir ? "directory" : "file", file: change.file)
    if let destination = change.destination { tree.add(1, "destination", file: destination) }
    if type.hasEffect { tree.add(1, "change") { $0.add(effectOf: change, type) } }
  }

  private mutating func addChange(_ event: Event) {
    let identity = IdentityChange(event)
    if let identity, identity.steps.isEmpty { tree.add(1, "unchanged") { $0.add(identity.acting) } }
    for step in identity?.steps ?? [] {
      tree.add(1, step.labels.joined(separator: ", ")) { line in
        line.add(step.before)
        line.add(" → ", .dim)
        line.add(step.after)
      }
    }
    let (old, new) = (event.credentials, event.activity.credentials)
    let sets = [
      ("effective", old.capEffective, new.capEffective), ("permitted", old.capPermitted, new.capPermitted),
    ]
    for (label, old, new) in sets {
      let change = CapabilityChange(from: old, to: new)
      if event.type == .capset || !change.isEmpty { tree.add(1, label) { $0.add(change.description(limit: 64)) } }
    }
  }
}
