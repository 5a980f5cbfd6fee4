import MartletModel

/// A place in the kernel where a probe hooks.
package enum Hook: String, CaseIterable, Sendable {
  case fork = "martlet_fork"
  case exec = "martlet_exec"
  case exit = "martlet_exit"
  case systemCall = "martlet_syscall"
  case ioUring = "martlet_io_uring"

  /// The kernel's name of it.
  package var tracepoint: String {
    switch self {
    case .fork: "sched_process_fork"
    case .exec: "sched_process_exec"
    case .exit: "sched_process_exit"
    case .systemCall: "sys_exit"
    case .ioUring: "io_uring_complete"
    }
  }

  /// Whether tracing makes sense without it.
  package var isRequired: Bool { self != .ioUring }

  /// What is not seen where it is missing.
  package var cost: String {
    switch self {
    case .fork: "no process can be followed: no tracing"
    case .exec: "no exec, and no image of any process: no tracing"
    case .exit: "no exit, and no end of a session: no tracing"
    case .systemCall: "no open, setuid, setgid, capset, signal, chdir: no tracing"
    case .ioUring: "no open through io_uring"
    }
  }
}
