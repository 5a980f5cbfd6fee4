import MartletModel

/// The part of a compact line that follows the arrow.
extension ScreenLine {
  mutating func add(whatOf event: Event) {
    switch event.activity.detail {
    case .fork(let fork): add(fork, event)
    case .exec: add(imageOf: event.process)
    case .exit(let exit): add(exit, event)
    case .open(let open):
      add(file: open.file)
      add(" " + openText(open.flags), .dim)
    case .credentials: add(changeOf: event)
    case .signal(let signal):
      add(signalName(signal.number) + " → ")
      add(targetOf: signal, event)
    case .chdir(let chdir): add(file: chdir.file)
    case .change(let change): add(change, event.type)
    case .splice(let splice):
      if let file = splice.file { add(file: file) } else { add("between pipes", .dim) }
    case .mount(let mount): add(mount)
    case .umount(let mounts): add("mount \(mounts.id)")
    case .unshare: break
    case .mmap(let mmap):
      if let file = mmap.file { add(file: file) } else { add("anonymous memory") }
      add(" " + protectionText(mmap.protection) + ", \(mmap.length) bytes", .dim)
    case .mprotect(let mprotect):
      add(addressText(mprotect.areaStart) + "-" + addressText(mprotect.areaEnd))
      add(" " + protectionText(UInt32(truncatingIfNeeded: mprotect.areaFlags)) + " → ", .dim)
      add(protectionText(mprotect.protection))
    case .ptrace(let ptrace):
      add(PtraceRequests.name(ptrace.request))
      if ptrace.tracee != 0 {
        add(" → ")
        add(process: event.target, pid: ptrace.tracee)
      }
    case .bpf(let bpf): add(bpf)
    case .loadModule(let module): add(module)
    case .unloadModule(let module): add(word: module.name)
    case .selinux(let selinux): add(selinux)
    case .bind(let bind): add(bind)
    case .packet(let packet): add(packet)
    case .session: break
    case .prctl(let prctl): add(prctl)
    case .setsockopt(let option): add(option)
    case .setrlimit(let limit):
      add(resourceNames.name(limit.resource) + " = " + limitText(limit))
      if limit.target != event.activity.pid {
        add(" of ", .dim)
        add(process: event.target, pid: limit.target)
      }
    case .sysctl(let sysctl): add(sysctl)
    case .cgroupWrite(let write):
      add(file: write.file)
      add(" ← \(write.pid)")
    case .syscalls(let use): add(words: use.numbers.map(SystemCallNames.name))
    case .connection(let connection):
      add(address: event.type == .accept ? connection.local : connection.peer, connection.isUserMemory)
      if event.type == .accept {
        add(" from ", .dim)
        add(address: connection.peer)
      }
    }
  }

  private mutating func add(_ mount: Activity.Mount) {
    add(file: mount.mountPoint)
    add(mount.isMoved ? " moved here: " : " shows ", .dim)
    if let source = mount.source {
      add(word: source.path.isEmpty ? "?" : source.path)
    } else {
      add(word: mount.root.filesystem)
    }
  }

  private mutating func add(_ bpf: Activity.BPF) {
    add(BPFNames.command(bpf.command) ?? "command \(bpf.command)")
    if let map = bpf.map { add(map.name, BPFNames.mapType(map.type) ?? "map type \(map.type)") }
    if let program = bpf.program {
      add(program.name, BPFNames.programType(program.type) ?? "program type \(program.type)")
    }
  }

  private mutating func add(_ name: String, _ type: String) {
    add(" ")
    if !name.isEmpty { add(word: name) }
    add("(\(type))", .dim)
  }

  private mutating func add(_ module: Activity.Module) {
    add(word: module.name.isEmpty ? "?" : module.name, .bold)
    add(" from ", .dim)
    if let file = module.file { add(file: file) } else { add(module.isFromMemory ? "memory" : "a file") }
    if !module.arguments.isEmpty {
      add("  ")
      add(words: module.arguments)
    }
  }

  private mutating func add(_ selinux: Activity.SELinux) {
    switch selinux.change {
    case .boolean(let name, let isOn):
      add(word: name)
      add(isOn.map { $0 ? " on" : " off" } ?? " (no number)")
    case .enforce, .disable: add(selinux.status?.rawValue ?? "unknown status")
    case .commit(let state): add(state ? "booleans committed" : "booleans not committed")
    }
  }

  private mutating func add(_ change: Activity.Change, _ type: EventType) {
    add(file: change.file)
    if let destination = change.destination {
      add(" → ", .dim)
      add(file: destination)
    } else if type.hasEffect {
      add(" ")
      add(effectOf: change, type)
    }
  }

  private mutating func add(_ fork: Activity.Fork, _ event: Event) {
    add("child of ")
    add(process: event.process.ancestor, pid: fork.parentPID)
  }

  private mutating func add(imageOf image: ProcessImage) {
    add(file: image.executable, .bold)
    if let interpreter = image.interpreter {
      add(" (", .dim)
      add(file: interpreter, .dim)
      add(")", .dim)
    }
    guard let arguments = image.arguments, !arguments.vector.isEmpty else { return }
    add("  ")
    add(words: arguments.vector)
    if arguments.argsTruncated { add(" (cut)", .dim) }
  }

  private mutating func add(_ exit: Activity.Exit, _ event: Event) {
    let status = ExitStatus(exit)
    add(status.description, status.isFailure ? .red : .plain)
    if let born = event.process.forkTime {
      add(" after \(Elapsed(from: born, to: event.time).seconds) s", .dim)
    }
  }

  private mutating func add(changeOf event: Event) {
    guard let change = IdentityChange(event) else {
      add(capabilitiesOf: event)
      return
    }
    guard !change.steps.isEmpty else {
      add(change.acting)
      add(" unchanged", .dim)
      return
    }
    for (index, step) in change.steps.enumerated() {
      if index > 0 { add(", ") }
      if step.labels.count < 3 { add(step.labels.joined(separator: ",") + " ", .dim) }
      add(step.before)
      add(" → ", .dim)
      add(step.after)
    }
  }

  private mutating func add(capabilitiesOf event: Event) {
    let (old, new) = (event.credentials, event.activity.credentials)
    let effective = CapabilityChange(from: old.capEffective, to: new.capEffective)
    let permitted = CapabilityChange(from: old.capPermitted, to: new.capPermitted)
    if effective == permitted {
      add(effective.description())
      return
    }
    let changes = [("effective", effective), ("permitted", permitted)].filter { !$0.1.isEmpty }
    for (index, change) in changes.enumerated() {
      if index > 0 { add(", ") }
      add(change.0 + " ", .dim)
      add(change.1.description())
    }
  }
}

/// Read, write and execute, as ls(1) shows them.
func protectionText(_ protection: UInt32) -> String {
  (protection & 1 != 0 ? "r" : "-") + (protection & 2 != 0 ? "w" : "-") + (protection & 4 != 0 ? "x" : "-")
}
