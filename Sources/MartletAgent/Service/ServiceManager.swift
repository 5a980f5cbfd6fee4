import CLinux
import Glibc
import MartletModel

/// systemd, where it started this process and wants to hear how it is (sd_notify(3)).
struct ServiceManager: Sendable {
  /// A message of the protocol.
  enum State {
    case ready
    case reloading
    case stopping
    /// It goes on.
    case alive

    var text: String {
      switch self {
      case .ready: "READY=1"
      case .reloading:
        "RELOADING=1\nMONOTONIC_USEC=\(HostClock.monotonicNow / 1000)"
      case .stopping: "STOPPING=1"
      case .alive: "WATCHDOG=1"
      }
    }
  }

  /// Where it listens: a path, or a name behind an `@`.
  private let socket: String
  /// Whether it wants to hear now and then that we go on.
  private let hasWatchdog: Bool

  /// Takes from the environment what concerns this process; `nil` where nobody listens.
  init?() {
    func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }
    guard let socket = variable("NOTIFY_SOCKET"), !socket.isEmpty else { return nil }
    self.socket = socket
    hasWatchdog =
      variable("WATCHDOG_USEC") != nil && variable("WATCHDOG_PID").map { $0 == String(getpid()) } ?? true
    // What we start, nobody has to hear of.
    unsafe unsetenv("NOTIFY_SOCKET")
  }

  /// Tells a state, and a line for people.
  func tell(_ state: State, _ status: String? = nil) {
    if case .alive = state, !hasWatchdog { return }
    let message = state.text + (status.map { "\nSTATUS=\($0)" } ?? "")
    unsafe clinux_notify(socket, message)
  }
}
