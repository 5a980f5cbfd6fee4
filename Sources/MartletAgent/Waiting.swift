import CLinux
import Glibc

/// What the kernel calls that which a descriptor of ours leads to: `anon_inode:[eventpoll]`, `socket:[4711]`. Empty where it
/// leads nowhere: who traces us can have us close it.
func target(of descriptor: Int32) -> String {
  var text = [CChar](repeating: 0, count: 64)
  let count = unsafe readlink("/proc/self/fd/\(descriptor)", &text, text.count)
  return String(decoding: text.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Signals, taken when there is time instead of interrupting.
struct SignalSource: ~Copyable {
  struct Signal {
    let number: Int32
    /// Sent by the kernel (a terminal's Ctrl-C) and not by a process.
    let isFromKernel: Bool
    /// The pid of the process that sent it.
    let sender: UInt32
  }

  /// Readable while there are any. They are taken without it, so that nobody makes us deaf who has us close it.
  private(set) var descriptor: Int32
  private var set = sigset_t()

  /// Blocks the signals for this thread and those it will begin, and collects them.
  init(_ numbers: [Int32]) throws(AgentError) {
    unsafe sigemptyset(&set)
    for number in numbers { unsafe sigaddset(&set, number) }
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
    descriptor = unsafe signalfd(-1, &set, Int32(SFD_CLOEXEC | SFD_NONBLOCK))
    guard descriptor >= 0 else { throw .system("watch for signals", errno: errno) }
  }

  deinit { if isOpen { close(descriptor) } }

  /// Whether the descriptor is what it was.
  var isOpen: Bool { target(of: descriptor) == "anon_inode:[signalfd]" }

  /// Its number may be another's by now.
  mutating func forgetDescriptor() { descriptor = -1 }

  /// Those that came since the last time.
  func pending() -> [Signal] {
    var signals: [Signal] = []
    var set = set
    while true {
      let taken = unsafe clinux_take_signal(&set)
      guard taken.number > 0 else { return signals }
      signals.append(
        Signal(number: taken.number, isFromKernel: taken.is_from_kernel, sender: UInt32(bitPattern: taken.sender)))
    }
  }
}

/// Waits for any of a few descriptors.
struct Poller: ~Copyable {
  /// Itself, for another poller.
  private(set) var descriptor: Int32

  init(_ watched: [Int32] = []) throws(AgentError) {
    descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard descriptor >= 0 else { throw .system("make a poller", errno: errno) }
    for other in watched { try set(EPOLL_CTL_ADD, other, EPOLLIN.rawValue) }
  }

  deinit { if isOpen { close(descriptor) } }

  /// Whether it is what it was, and can wait for anything.
  var isOpen: Bool { target(of: descriptor) == "anon_inode:[eventpoll]" }

  /// Its number may be another's by now.
  mutating func forgetDescriptor() { descriptor = -1 }

  /// Watches one descriptor more, until it is closed.
  func add(_ other: Int32) throws(AgentError) { try set(EPOLL_CTL_ADD, other, EPOLLIN.rawValue) }

  /// Has a descriptor that is watched count as ready when it can be read or written to, as is wanted. That its other end is
  /// gone is told in any case.
  func heed(_ other: Int32, readable: Bool, writable: Bool) {
    try? set(EPOLL_CTL_MOD, other, (readable ? EPOLLIN.rawValue : 0) | (writable ? EPOLLOUT.rawValue : 0))
  }

  private func set(_ operation: Int32, _ other: Int32, _ events: UInt32) throws(AgentError) {
    var event = unsafe epoll_event()
    unsafe event.events = events
    unsafe event.data.fd = other
    guard unsafe epoll_ctl(descriptor, operation, other, &event) == 0 else {
      throw .system("watch a descriptor", errno: errno)
    }
  }

  /// A descriptor that is ready.
  struct Ready {
    let descriptor: Int32
    /// Whether nobody is at its other end any more.
    let isHungUp: Bool
  }

  /// Returns when one is ready, or when the time is over, and tells which are.
  @discardableResult
  func wait(milliseconds: Int32) -> [Int32] { ready(within: milliseconds).map(\.descriptor) }

  /// The same, and tells more of them. Of many it tells some.
  func ready(within milliseconds: Int32) -> [Ready] {
    var events = unsafe [epoll_event](repeating: epoll_event(), count: 8)
    let count = unsafe epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
    // Who was made to close it still has time to wait.
    if count < 0, errno != EINTR { usleep(useconds_t(clamping: milliseconds) * 1000) }
    let gone = EPOLLHUP.rawValue | EPOLLERR.rawValue
    return unsafe events.prefix(Int(max(0, count))).map {
      unsafe Ready(descriptor: $0.data.fd, isHungUp: $0.events & gone != 0)
    }
  }
}
