import CLinux
import Glibc

/// Signals, read from a descriptor instead of interrupting.
struct SignalSource: ~Copyable {
  struct Signal {
    let number: Int32
    /// Sent by the kernel (a terminal's Ctrl-C) and not by a process.
    let isFromKernel: Bool
  }

  let descriptor: Int32
  private var set = sigset_t()

  /// Blocks the signals for this thread and those it will begin, and collects them.
  init(_ numbers: [Int32]) throws(AgentError) {
    unsafe sigemptyset(&set)
    for number in numbers { unsafe sigaddset(&set, number) }
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
    descriptor = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    guard descriptor >= 0 else { throw .system("watch for signals", errno: errno) }
  }

  deinit { close(descriptor) }

  /// Collects them no more: from now on they do what they do to any program.
  func release() {
    var set = set
    unsafe sigprocmask(SIG_UNBLOCK, &set, nil)
  }

  /// Those that came since the last time.
  func pending() -> [Signal] {
    var signals: [Signal] = []
    var information = signalfd_siginfo()
    let size = MemoryLayout<signalfd_siginfo>.size
    while unsafe read(descriptor, &information, size) == size {
      signals.append(Signal(number: Int32(information.ssi_signo), isFromKernel: information.ssi_code > 0))
    }
    return signals
  }
}

/// Waits for any of a few descriptors.
struct Poller: ~Copyable {
  private let descriptor: Int32

  init(_ watched: [Int32]) throws(AgentError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system("make a poller", errno: errno) }
    for other in watched {
      var event = unsafe epoll_event()
      unsafe event.events = EPOLLIN.rawValue
      unsafe event.data.fd = other
      guard unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, other, &event) == 0 else {
        throw .system("watch a descriptor", errno: errno)
      }
    }
  }

  deinit { close(descriptor) }

  /// Returns when one is readable, or when the time is over, and tells which are.
  @discardableResult
  func wait(milliseconds: Int32) -> [Int32] {
    var events = unsafe [epoll_event](repeating: epoll_event(), count: 8)
    let count = unsafe epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
    return unsafe events.prefix(Int(max(0, count))).map { unsafe $0.data.fd }
  }
}
