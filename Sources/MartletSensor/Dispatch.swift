internal import CLibbpf
internal import CMartletABI
import Glibc
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

    /// Whether what jumps through it is at calls, and not at requests to io_uring.
    var isOfCalls: Bool { self == .exits || self == .entries }

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

    /// Puts the program into the array.
    @unsafe func connect(in object: OpaquePointer) throws(SensorError) {
      let map = unsafe bpf_map__fd(bpf_object__find_map_by_name(object, "martlet_" + table.map))
      var key = UInt32(handler)
      var descriptor = unsafe bpf_program__fd(bpf_object__find_program_by_name(object, program))
      guard unsafe bpf_map_update_elem(map, &key, &descriptor, UInt64(BPF_ANY)) == 0 else {
        throw .system("connect \(program)", errno: errno)
      }
    }
  }

  private(set) var jumps: Set<Jump> = []
  private var rows: [SystemCall]
  private let operations: [RingOperation]

  /// `exists` tells whether the object has a program of a name; only hooks of `hooks` get something to jump to.
  init(events: Set<EventType>, hooks: Set<Hook>, exists: (String) -> Bool) {
    rows = systemCalls.filter { events.contains($0.event) }
    operations = ringOperations.filter { events.contains($0.event) }
    for call in rows {
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

  /// The calls that are looked at for any of the events, or for one of them, and whether at their entry, too.
  func calls(of event: EventType? = nil) -> [Call: Bool] {
    var calls: [Call: Bool] = [:]
    for row in rows where event == nil || event == row.event {
      let handler = UInt8(truncatingIfNeeded: row.handler.rawValue)
      guard has(.exits, handler) else { continue }
      for call in row.calls { calls[call] = has(.entries, handler) }
    }
    return calls
  }

  /// What of it is about some calls.
  func limited(to calls: Set<Call>) -> Dispatch {
    var limited = self
    limited.rows = rows.filter { !calls.isDisjoint(with: $0.calls) }
    let handlers = Set(limited.rows.map { UInt8(truncatingIfNeeded: $0.handler.rawValue) })
    limited.jumps = jumps.filter { $0.table.isOfCalls && handlers.contains($0.handler) }
    return limited
  }

  /// What the probes are to look at: of calls those for which `isIncluded` holds. The bytes of a `martlet_watch`.
  ///
  /// Of the events `inside` the files are told by functions inside of the calls.
  func watch(_ events: Set<EventType>, inside: Set<EventType>, _ isIncluded: (Call) -> Bool) -> [UInt8] {
    var watch = martlet_watch()
    for type in events { watch.events |= 1 << UInt64(type.rawValue) }
    for type in inside { watch.inside |= 1 << UInt64(type.rawValue) }
    for row in rows {
      let handler = UInt8(truncatingIfNeeded: row.handler.rawValue)
      for call in row.calls where isIncluded(call) {
        let index = (call.isCompat ? Int(MARTLET_SYSCALLS) : 0) + call.number
        if has(.exits, handler) { set(&watch.exits, index, handler) }
        if has(.entries, handler) { set(&watch.entries, index, handler) }
      }
    }
    for operation in operations {
      let handler = UInt8(truncatingIfNeeded: operation.handler.rawValue)
      if has(.completions, handler) { set(&watch.completions, operation.opcode, handler) }
      if has(.submissions, handler) { set(&watch.submissions, operation.opcode, handler) }
    }
    return unsafe withUnsafeBytes(of: &watch) { unsafe Array($0) }
  }

  private func has(_ table: Table, _ handler: UInt8) -> Bool {
    jumps.contains { $0.table == table && $0.handler == handler }
  }

  /// Sets one byte of a table; C's arrays are tuples here.
  private func set<Table>(_ table: inout Table, _ index: Int, _ handler: UInt8) {
    unsafe withUnsafeMutableBytes(of: &table) { unsafe $0[index] = handler }
  }
}
