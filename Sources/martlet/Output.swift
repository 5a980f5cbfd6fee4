import Glibc
import MartletAgent

/// Lines on their way to standard output, written in large pieces.
struct LineOutput: ~Copyable {
  private var text = ""

  mutating func print(_ line: String) {
    text += line
    text += "\n"
    if text.utf8.count >= 1 << 16 { flush() }
  }

  mutating func flush() {
    if text.isEmpty { return }
    write(text, to: STDOUT_FILENO)
    text.removeAll(keepingCapacity: true)
  }
}

/// Says what went wrong, as a line of ours on standard error.
func complain(_ message: some CustomStringConvertible) { write("martlet: \(message)\n", to: STDERR_FILENO) }

/// Ends the program, as its output could not be written; it says so unless nobody reads it any more.
func endOutput(_ error: Int32) -> Never {
  if error != EPIPE { complain(unsafe "the output ended early: \(String(cString: strerror(error)))") }
  exit(ExitStatus.unusable)
}

/// Writes all of `text`, or ends the program: quietly if nobody reads it any more.
func write(_ text: String, to descriptor: Int32) {
  var text = text
  text.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while unsafe !rest.isEmpty {
      let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 { endOutput(descriptor == STDERR_FILENO ? EPIPE : errno) }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }
}

/// A line on standard error that tells how far a long input has been read, if a person is watching.
struct Progress: ~Copyable {
  private let file: String
  private let expectedBytes: Int?
  private let isWatched = isatty(STDERR_FILENO) == 1
  private var nextUpdate = Moment.now + .seconds(1)
  private var isShown = false

  init(file: String, expectedBytes: Int?) {
    self.file = file
    self.expectedBytes = expectedBytes
  }

  /// Shows that `bytes` have been read, five times a second from the first second on.
  mutating func update(bytes: Int) {
    guard isWatched, Moment.now >= nextUpdate else { return }
    let share = expectedBytes.flatMap { $0 > 0 ? " (\(min(bytes / ($0 / 100 + 1), 100)) %)" : nil } ?? ""
    write("\r\u{1b}[K\(file): \(bytes >> 20) MiB\(share)", to: STDERR_FILENO)
    nextUpdate = Moment.now + .milliseconds(200)
    isShown = true
  }

  /// Takes the line away.
  mutating func clear() {
    if isShown { write("\r\u{1b}[K", to: STDERR_FILENO) }
    isShown = false
  }
}
