/// What kind of activity an event is. Raw values are those of `enum martlet_record_type`, and so of recordings.
package enum EventType: UInt8, CaseIterable, Sendable, BitwiseCopyable {
  case fork = 1
  case exec
  case exit
  case open
  case setuid
  case setgid
  case capset
  case signal
  case chdir

  /// SECL's name of the type, which is `evt.name` too.
  package var name: String {
    switch self {
    case .fork: "fork"
    case .exec: "exec"
    case .exit: "exit"
    case .open: "open"
    case .setuid: "setuid"
    case .setgid: "setgid"
    case .capset: "capset"
    case .signal: "signal"
    case .chdir: "chdir"
    }
  }

  /// `evt.category`.
  package var category: String {
    switch self {
    case .fork, .exec, .exit, .signal: "Process Activity"
    case .open, .setuid, .setgid, .capset, .chdir: "File Activity"
    }
  }

  package init?(name: some StringProtocol) {
    guard let type = EventType.allCases.first(where: { $0.name == name }) else { return nil }
    self = type
  }
}
