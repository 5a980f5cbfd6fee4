import Foundation
import Glibc
import Synchronization

/// One `martlet trace` for the commands of many tests, where to load all probes takes longer than what a test does with
/// them: in an emulated guest. `MARTLET_STAGE=1` asks for it.
///
/// It traces an actor that starts one command after the other, each as its child, and makes a file when the command and all
/// that descends from it ended. The events up to that are the command's.
final class Stage {
  private let place: Workplace
  private let martlet: Program
  private let pipe: Int32
  private var read: UInt64 = 0

  static let isWanted = ProcessInfo.processInfo.environment["MARTLET_STAGE"] == "1"
  private static let shared = Mutex<Stage?>(nil)

  /// Runs a command to its end; `nil` unless that is wanted here. One at a time.
  static func run(_ command: [String], environment: [String]) throws -> Act? {
    guard isWanted else { return nil }
    return try shared.withLock { stage in
      let current = try stage ?? Stage()
      stage = current
      return try current.run(command, environment: environment)
    }
  }

  private init() throws {
    place = try Workplace()
    let requests = place["requests"]
    try check("mkfifo", unsafe mkfifo(requests, 0o600))
    let martlet = try Program(
      [Program.martlet, "trace"] + Kernel.hooks + [
        "--format", "json", "--no-policy", "--output", place["events"], "--", Program.actor, "stage", requests,
      ])
    // Opens when the actor listens: all probes are loaded then. It ends when we do, and nobody writes any more.
    var pipe: Int32 = -1
    try Program.wait(seconds: 300) {
      pipe = unsafe open(requests, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      return try pipe >= 0 || martlet.hasEnded()
    }
    guard pipe >= 0 else { throw Failure("martlet ended: \(martlet.errors)") }
    self.martlet = martlet
    self.pipe = pipe
  }

  private func run(_ command: [String], environment: [String]) throws -> Act {
    let request = try Workplace()
    try request.file("words", command.map { $0 + "\0" }.joined())
    try request.file("environment", environment.map { $0 + "\0" }.joined())
    let line = Array("\(request.path)\n".utf8)
    try check("write", unsafe line.withUnsafeBytes { unsafe write(pipe, $0.baseAddress, $0.count) })

    let all = try events(to: request["done"])
    func text(_ name: String) -> String {
      String(decoding: FileManager.default.contents(atPath: request[name]) ?? Data(), as: UTF8.self)
    }
    let numbers = text("status").split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    guard numbers.count == 2, let creator = all.last?.process else {
      throw Failure("the stage did not tell how \(command) ended")
    }
    // The command begins with its exec; before, it was its creator's fork.
    let begin = all.firstIndex { $0.process == Int64(numbers[0]) && $0.json["evt"]["name"].string == "exec" }
    let events = all[(begin ?? all.endIndex)...].filter { $0.process != creator }
    return Act(
      creator: pid_t(creator), status: numbers[1], output: text("out"), errors: text("err"), events: events,
      lost: all.first { $0.json["evt"]["name"].string == "lost_events" }.map { "\($0.json)" })
  }

  /// The events that were not read before, to the first about the file of this path.
  private func events(to path: String) throws -> [Act.Event] {
    let file = try FileHandle(forReadingFrom: URL(filePath: place["events"]))
    var events: [Act.Event] = []
    try Program.wait(seconds: 60) {
      try file.seek(toOffset: read)
      for line in [UInt8](try file.readToEnd() ?? Data()).lines {
        read += UInt64(line.count + 1)
        events.append(try Act.Event(line))
        if events.last?.json["file"]["path"].string == path { return true }
      }
      if try martlet.hasEnded() { throw Failure("martlet ended: \(martlet.errors)") }
      return false
    }
    return events
  }
}

extension Act.Event {
  /// Of the process that it is about, in the initial pid namespace.
  fileprivate var process: Int64? { json["process"]["pid"].integer }
}
