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
      add(process: event.target, pid: signal.target)
    case .chdir(let chdir): add(file: chdir.file)
    case .bind(let bind): add(bind)
    case .packet(let packet): add(packet)
    case .connection(let connection):
      add(address: event.type == .accept ? connection.local : connection.peer, connection.isUserMemory)
      if event.type == .accept {
        add(" from ", .dim)
        add(address: connection.peer)
      }
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
