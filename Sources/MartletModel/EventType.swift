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
  case bind = 31
  case dns
  case imds
  case connect
  case accept

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
    case .bind: "bind"
    case .dns: "dns"
    case .imds: "imds"
    case .connect: "connect"
    case .accept: "accept"
    }
  }

  /// `evt.category`.
  package var category: String {
    switch self {
    case .fork, .exec, .exit, .signal: "Process Activity"
    case .open, .setuid, .setgid, .capset, .chdir: "File Activity"
    case .bind: "Kernel Activity"
    case .dns, .imds, .connect, .accept: "Network Activity"
    }
  }

  /// Whether the schema does not know it: it is seen only by whom asks for it, and tells what the schema has room for.
  package var isExtension: Bool {
    switch self {
    case .connect, .accept: true
    case .fork, .exec, .exit, .open, .setuid, .setgid, .capset, .signal, .chdir, .bind, .dns, .imds: false
    }
  }

  /// All that are seen when nobody asks for anything in particular.
  package static let standard = Set(allCases.filter { !$0.isExtension })

  package init?(name: some StringProtocol) {
    guard let type = EventType.allCases.first(where: { $0.name == name }) else { return nil }
    self = type
  }
}
