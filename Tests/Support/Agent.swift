import Foundation
import Glibc

/// A `martlet run` that watches a cgroup of the test's.
package final class Agent {
  package let cgroup: TestCgroup
  package let program: Program
  package let place: Workplace

  /// Starts it and waits until it watches.
  ///
  /// - Parameter environment: variables beside the usual ones.
  /// - Parameter launcher: the command that it is started by.
  /// - Parameter output: where its standard output goes.
  package init(
    _ options: [String] = [], cgroup: TestCgroup? = nil, environment: [String] = [], launcher: [String] = [],
    output: String? = nil
  ) throws {
    self.cgroup = try cgroup ?? TestCgroup()
    place = try Workplace(isOnDisk: false)
    program = try Program(
      launcher
        + [
          Program.martlet, "run", "--cgroup", self.cgroup.path, "--events-file", place["events.jsonl"], "--set",
          "control.path=\(place["control"])",
        ] + options, environment: Program.environment + environment, output: output)
    try Program.wait { try self.isWatching || self.program.hasEnded() }
    guard try !program.hasEnded() else { throw Failure("martlet ended: \(program.errors)") }
  }

  /// Its control socket.
  package var socket: String { place["control"] }

  /// Runs a command of `martlet` that talks to it.
  package func told(_ arguments: [String], environment: [String] = Program.environment) throws -> Outcome {
    try Outcome(martlet: arguments, environment: environment + ["MARTLET_CONTROL_PATH=\(socket)", "TZ=UTC"])
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
    return try program.wait()
  }

  /// The events that it has written so far, to the file of that name in its place.
  package func events(in file: String = "events.jsonl") throws -> [JSON] {
    try written(to: file).events()
  }

  /// Where it told that it had stood still.
  package func stalls() throws -> [JSON] { try lines(in: "events.jsonl").filter(\.isStall) }

  /// What it has written about itself, of a kind.
  package func reports(_ kind: String) throws -> [JSON] {
    try lines(in: "events.jsonl").filter { $0["evt"].isAbsent && $0["agent"]["rule_id"].string == kind }
  }

  /// Those that have their end: one more may just be being written.
  private func lines(in file: String) throws -> [JSON] { try written(to: file).lines.map { try JSON($0) } }

  private func written(to file: String) -> [UInt8] {
    [UInt8](FileManager.default.contents(atPath: place[file]) ?? Data())
  }
}

extension [UInt8] {
  /// The events in these lines of JSON; without what an agent tells about itself, and without stalls.
  package func events() throws -> [JSON] {
    try lines.map { try JSON($0) }.filter { !$0["evt"].isAbsent && !$0.isStall }
  }
}

extension JSON {
  /// Whether an event tells that the agent stood still for a while. A machine with much else to do is reason enough: it may
  /// come between any two others.
  package var isStall: Bool { self["evt"]["variables"]["disturbance.kind"].string == "stalled" }
}

extension Workplace {
  /// Starts a shipper that writes what is in an outbox to its standard output.
  package func shipper(of outbox: String) throws -> Program {
    let configuration = try file(
      "ship.yaml",
      """
      outbox: \(outbox)
      state: \(path)
      metrics: off
      sinks: [{name: out, type: stdout, batch: {wait: 1ms}}]
      """)
    return try Program([Program.martlet, "ship", "--config", configuration])
  }
}
