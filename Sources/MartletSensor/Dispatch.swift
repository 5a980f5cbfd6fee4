internal import CMartletABI
import MartletModel

/// Where the dispatchers of system calls and of io_uring jump to, for the events that are wanted.
///
/// A row of `systemCalls` or `ringOperations` names the programs of its calls: `exit_NAME`, and `enter_NAME` where the
/// object has one; `ring_NAME`, and `submit_NAME`.
struct Dispatch {
  /// An array of programs in the kernel, which one hook jumps through.
  enum Table: CaseIterable {
    case exits, entries, completions, submissions

    var hook: Hook {
      switch self {
      case .exits: .systemCall
      case .entries: .systemCallEntry
      case .completions: .ioUring
      case .submissions: .ioUringSubmission
      }
    }

    /// The map that holds the programs.
    var map: String {
      switch self {
      case .exits: "exit_programs"
      case .entries: "enter_programs"
      case .completions: "ring_programs"
      case .submissions: "submit_programs"
      }
    }
  }

  struct Jump: Hashable {
    let table: Table
    let handler: UInt8
    let program: String
  }

  private(set) var jumps: Set<Jump> = []
  private let calls: [SystemCall]
  private let operations: [RingOperation]

  /// `exists` tells whether the object has a program of a name; only hooks of `hooks` get something to jump to.
  init(events: Set<EventType>, hooks: Set<Hook>, exists: (String) -> Bool) {
    calls = systemCalls.filter { events.contains($0.event) }
    operations = ringOperations.filter { events.contains($0.event) }
    for call in calls {
      add(.exits, call.handler, "exit_" + call.program)
      if exists("enter_" + call.program) { add(.entries, call.handler, "enter_" + call.program) }
    }
    for operation in operations {
      add(.completions, operation.handler, "ring_" + operation.program)
      if exists("submit_" + operation.program) { add(.submissions, operation.handler, "submit_" + operation.program) }
    }
    jumps = jumps.filter { hooks.contains($0.table.hook) }
    // They have nothing to tell of a request whose beginning nobody saw.
    if !hooks.contains(.ioUringSubmission) {
      jumps = jumps.filter { !["ring_change", "exit_settle"].contains($0.program) }
    }
    let entries = jumps.filter { $0.table == .entries }
    if entries.allSatisfy({ $0.program == Self.luxury }) { jumps.subtract(entries) }
  }

  /// Used where there is a program at the entry of calls anyway: for a truncate alone it would make each call dearer.
  private static let luxury = "enter_truncate"

  private mutating func add(_ table: Table, _ handler: martlet_handler, _ program: String) {
    jumps.insert(Jump(table: table, handler: UInt8(truncatingIfNeeded: handler.rawValue), program: program))
  }

  /// The programs to load, which are not attached: a dispatcher jumps to them.
  var programs: Set<String> { Set(jumps.map(\.program)) }

  /// Whether a hook has anywhere to jump to, or proves what another one found.
  func uses(_ hook: Hook) -> Bool {
    switch hook {
    case .changeTime, .changeTimeSwap, .changeTimeSame: programs.contains("enter_change")
    case .fork, .exec, .exit, .systemCall, .systemCallEntry, .ioUring, .ioUringSubmission:
      jumps.contains { $0.table.hook == hook }
    case .settleAll, .taskWork, .localWork: programs.contains("exit_settle")
    case .execBegin: programs.contains("exit_request")
    case .moduleLoad, .moduleFree: programs.contains("exit_module")
    case .packetOut, .packetWaiting, .packetIn, .usage, .cgroupAttach, .sysctl: false  // makes its events itself
    }
  }

  /// Writes the tables by which the dispatchers find a handler.
  func fill(_ watch: inout martlet_watch) {
    for call in calls {
      let handler = UInt8(truncatingIfNeeded: call.handler.rawValue)
      for (row, number) in [call.native, call.compat].enumerated() {
        guard let number else { continue }
        let index = row * Int(MARTLET_SYSCALLS) + Int(number)
        if has(.exits, handler) { set(&watch.exits, index, handler) }
        if has(.entries, handler) { set(&watch.entries, index, handler) }
      }
    }
    for operation in operations {
      let handler = UInt8(truncatingIfNeeded: operation.handler.rawValue)
      if has(.completions, handler) { set(&watch.completions, operation.opcode, handler) }
      if has(.submissions, handler) { set(&watch.submissions, operation.opcode, handler) }
    }
  }

  private func has(_ table: Table, _ handler: UInt8) -> Bool {
    jumps.contains { $0.table == table && $0.handler == handler }
  }

  /// Sets one byte of a table; C's arrays are tuples here.
  private func set<Table>(_ table: inout Table, _ index: Int, _ handler: UInt8) {
    unsafe withUnsafeMutableBytes(of: &table) { unsafe $0[index] = handler }
  }
}
