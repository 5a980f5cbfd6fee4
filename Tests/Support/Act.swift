import Foundation
import Glibc

/// A command that was traced to its end.
struct Act {
  /// The process that started the command.
  let creator: pid_t
  let status: Int32
  /// What was written to standard output.
  let output: String
  /// What was written to standard error, where the command had a trace of its own also by `martlet`.
  let errors: String
  let events: [Event]
  /// What of it was not told.
  let lost: String?
  /// Of so many events, from the first on, the laws are looked at.
  var lawful = Int.max

  struct Event {
    let json: JSON
    let text: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) throws {
      json = try JSON(line)
      text = line
    }
  }
}

extension Act {
  /// Runs a command under a `martlet trace` of its own, which writes to the file `events` if there is to be one.
  init(_ command: [String], options: [String], environment: [String], events: String? = nil) throws {
    let workplace = try Workplace()
    let path = events ?? workplace["events"]
    let outcome = try Outcome(
      martlet: ["trace", "--format", "json", "--output", path] + options + ["--"] + command, environment: environment)
    creator = outcome.pid
    status = outcome.status
    output = outcome.text
    errors = outcome.errors
    lost = Self.lastLine(of: errors).contains(" 0 lost ") ? nil : errors
    guard FileManager.default.fileExists(atPath: path) else { throw Failure("martlet wrote no events: \(errors)") }
    let text = try Data(contentsOf: URL(filePath: path))
    guard text.isEmpty || text.last == 0x0a else { throw Failure("the last event has no line end") }
    self.events = try text.lines.map(Event.init)
  }

  /// The last line that was said.
  var summary: String { Self.lastLine(of: errors) }

  private static func lastLine(of text: String) -> String { text.split(separator: "\n").last.map(String.init) ?? "" }
}

extension Data {
  /// What is between its line ends. By `range`, which is compiled for it: events are long, and tests are not optimised.
  var lines: [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = startIndex
    while let end = range(of: Data([0x0a]), in: start..<endIndex) {
      lines.append([UInt8](self[start..<end.lowerBound])[...])
      start = end.upperBound
    }
    return lines
  }
}
