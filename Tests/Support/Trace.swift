package import Glibc
import MartletSchema
package import Testing

/// One run of an actor under `martlet trace`, with all its events.
///
/// What holds of every event is expected of each as it is read: valid, read back and written to the same bytes, its
/// lineage and times in order (`EventLaws`).
package struct Trace {
  /// Of the creator of the actor: `martlet` itself, or the stage.
  package let agent: pid_t
  package let status: Int32
  package let events: [JSON]
  /// Where `martlet` told that it had stood still, which is not among the events.
  package let stalls: [JSON]
  /// The last line that `martlet` says.
  package let summary: String
  private let told: [(name: String, value: Int64)]

  /// Traces the actor of this name, and asks the rules of the file `policy`. It must end with `status`, and nothing may
  /// be lost.
  ///
  /// - Parameter isAlone: it needs a `martlet` of its own, which nothing was before (`Stage`).
  package init(
    _ words: [String], status expected: Int32 = 0, policy: String? = nil, options: [String] = [],
    environment: [String] = Program.environment, isAlone: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try self.init(
      program: [Program.actor] + words, status: expected, policy: policy, options: options, environment: environment,
      isAlone: isAlone, sourceLocation: sourceLocation)
  }

  /// Traces a program.
  ///
  /// - Parameter path: the file that events are written to, for who looks at it meanwhile.
  package init(
    program: [String], status expected: Int32 = 0, policy: String? = nil, options: [String] = [],
    environment: [String] = Program.environment, events path: String? = nil, isAlone: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    // Rules and other options need a trace of their own.
    let isPlain = policy == nil && options.isEmpty && path == nil && !isAlone
    let act =
      try (isPlain ? Stage.run(program, environment: environment) : nil)
      ?? Act(
        program, options: Kernel.hooks + (policy.map { ["--policy", $0] } ?? ["--no-policy"]) + options,
        environment: environment, events: path)
    guard act.status == expected else { throw Failure("it ended with \(act.status), not \(expected): \(act.errors)") }
    agent = act.creator
    status = act.status
    summary = act.summary
    told = act.output.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let value = Int64(parts[1]) else { return nil }
      return (String(parts[0]), value)
    }
    var laws = EventLaws()
    let coverage = Coverage()
    for event in act.events { coverage?.add(event.text) }
    for event in act.events.prefix(Act.lawful) {
      laws.check(event.json, text: event.text, sourceLocation: sourceLocation)
    }
    events = act.events.map(\.json).filter { !$0.isStall }
    stalls = act.events.map(\.json).filter(\.isStall)
    #expect(act.lost == nil, sourceLocation: sourceLocation)
  }

  // MARK: Looking up

  /// The values that the actor told under this name, in order.
  package func values(_ name: String) -> [Int64] { told.filter { $0.name == name }.map(\.value) }

  /// The value that it told under this name, first of several.
  package func value(_ name: String) throws -> Int64 {
    guard let value = values(name).first else { throw Failure("the actor told no '\(name)'") }
    return value
  }

  /// The process that the command was.
  package var pid: Int64 { get throws { try value("pid") } }

  /// The events of a type, of one process or all, about one file or any.
  package func events(_ type: String, pid: Int64? = nil, path: String? = nil) -> [JSON] {
    events.filter { event in
      event["evt"]["name"].string == type && (pid == nil || event["process"]["pid"].integer == pid)
        && (path == nil || event["file"]["path"].string == path)
    }
  }

  /// The only such event.
  package func only(_ type: String, pid: Int64? = nil, path: String? = nil) throws -> JSON {
    let found = events(type, pid: pid, path: path)
    guard found.count == 1 else {
      let list = events.map { "\($0["evt"]["name"]) \($0["process"]["pid"]) \($0["file"]["path"])" }
      throw Failure("\(found.count) events fit, not one; all: \(list.joined(separator: ", "))")
    }
    return found[0]
  }
}
