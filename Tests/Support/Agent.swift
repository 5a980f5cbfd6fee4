import Foundation
import Glibc

/// A `martlet run` that watches a cgroup of the test's.
package final class Agent {
  package let cgroup: TestCgroup
  package let program: Program
  package let place: Workplace

  /// Starts it and waits until it watches.
  package init(_ options: [String] = [], cgroup: TestCgroup? = nil) throws {
    self.cgroup = try cgroup ?? TestCgroup()
    place = try Workplace()
    program = try Program(
      [Program.martlet, "run", "--cgroup", self.cgroup.path, "--events-file", place["events.jsonl"]] + options)
    try Program.wait { try self.isWatching || self.program.hasEnded() }
    guard try !program.hasEnded() else { throw Failure("martlet ended: \(program.errors)") }
  }

  private var isWatching: Bool { program.errors.contains("martlet: watching ") }

  /// Runs a command in the cgroup, to its end.
  @discardableResult
  package func watches(_ command: [String], seconds: Double = 60) throws -> Outcome {
    try Outcome(of: cgroup.inside(command), seconds: seconds)
  }

  /// Has it end, and returns its status.
  package func stop(_ signal: Int32 = SIGTERM) throws -> Int32 {
    kill(program.pid, signal)
    return try program.wait(seconds: 20)
  }

  /// The events that it has written so far, to the file of that name in its place.
  package func events(in file: String = "events.jsonl") throws -> [JSON] {
    let text = FileManager.default.contents(atPath: place[file]) ?? Data()
    return try [UInt8](text).split(separator: 0x0a).map { try JSON($0) }
  }
}
