import Foundation
import Glibc
import Testing

/// What `make coverage-schema` reads: every event of a run of the tests, each with the test that it came from.
struct Coverage {
  private let path: String
  private let test: String

  /// `nil` unless the environment names a file in `MARTLET_COVERAGE`.
  init?() {
    guard let path = ProcessInfo.processInfo.environment["MARTLET_COVERAGE"] else { return nil }
    self.path = path
    test = Test.current.map { "\($0.id.nameComponents.first ?? ""): \($0.displayName ?? $0.name)" } ?? "no test"
  }

  /// Appends a line: the test's name, a tab, the event. Tests run at once, so it is written by one call.
  func add(_ event: some Sequence<UInt8>) {
    let line = Array(test.utf8) + [0x09] + event + [0x0a]
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    let count = unsafe line.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count != line.count { Issue.record("cannot write to \(path): errno \(errno)") }
  }
}
