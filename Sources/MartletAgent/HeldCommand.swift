import CLinux
import Glibc

/// A command that was started and held back before its exec, so that it can be watched from there on.
@safe struct HeldCommand: ~Copyable {
  private var held = clinux_held()
  /// The status to exit with, once it ended.
  private(set) var status: Int32?

  var pid: UInt32 { UInt32(held.pid) }

  /// Forks; the child waits.
  init(_ command: [String]) throws(AgentError) {
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe arguments.indices { unsafe free(arguments[index]) } }
    guard unsafe clinux_spawn_held(&arguments, &held) == 0 else { throw .system("start the command", errno: errno) }
  }

  /// Lets it run. Returns 0, or the errno of its exec.
  mutating func release() -> Int32 { unsafe clinux_release(&held) }

  /// Sends it a signal unless it ended.
  func send(_ signal: Int32) { if status == nil { kill(held.pid, signal) } }

  /// Takes its status if it ended.
  mutating func reap() {
    var word: Int32 = 0
    guard status == nil, unsafe waitpid(held.pid, &word, WNOHANG) == held.pid else { return }
    let signal = word & 0x7f
    status = signal == 0 ? word >> 8 & 0xff : 128 + signal
  }
}

/// Why a session cannot go on.
package enum AgentError: Error, Hashable, CustomStringConvertible {
  case system(_ action: String, errno: Int32)

  package var description: String {
    switch self {
    case .system(let action, let errno): unsafe "cannot \(action): \(String(cString: strerror(errno)))"
    }
  }
}
