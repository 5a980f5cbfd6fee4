import MartletModel

extension EventType {
  /// One character that tells the type at a glance.
  var sign: String {
    switch self {
    case .fork: "+"
    case .exec: "$"
    case .exit: "-"
    case .open: "."
    case .setuid, .setgid: "#"
    case .capset: "^"
    case .signal: "!"
    case .chdir: "/"
    case .bind: "="
    case .dns: "?"
    case .imds: "~"
    case .connect: ">"
    case .accept: "<"
    }
  }

  var ink: Ink {
    switch self {
    case .fork: .blue
    case .exec: .green
    case .exit: .dim
    case .open: .cyan
    case .setuid, .setgid, .capset: .yellow
    case .signal: .magenta
    case .chdir: .blue
    case .bind, .dns, .connect, .accept: .cyan
    case .imds: .magenta
    }
  }
}
