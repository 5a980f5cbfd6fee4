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
  /// Of so many events, from the first on, the laws are looked at: of all would cost most of the time of an emulated test.
  static let lawful = Stage.isWanted ? 30 : Int.max

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
    let text = [UInt8](try Data(contentsOf: URL(filePath: path)))
    guard text.isEmpty || text.last == 0x0a else { throw Failure("the last event has no line end") }
    self.events = try text.lines.map(Event.init)
  }

  /// The last line that was said.
  var summary: String { Self.lastLine(of: errors) }

  private static func lastLine(of text: String) -> String { text.split(separator: "\n").last.map(String.init) ?? "" }
}
