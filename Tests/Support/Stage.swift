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

    let all = try lines(until: "\"path\":\"\(request["done"])\"").map(Act.Event.init)
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
    // To look at the laws of all would cost most of the time of an emulated test.
    return Act(
      creator: pid_t(creator), status: numbers[1], output: text("out"), errors: text("err"), events: events,
      lost: all.first { $0.json["evt"]["name"].string == "lost_events" }.map { "\($0.json)" }, lawful: 30)
  }

  /// The lines that were not read before, to the end of that in which `mark` is.
  private func lines(until mark: String) throws -> [ArraySlice<UInt8>] {
    let file = try FileHandle(forReadingFrom: URL(filePath: place["events"]))
    try file.seek(toOffset: read)
    let mark = Data(mark.utf8)
    var text = Data()
    var searched = 0
    var end: Int?
    try Program.wait(seconds: 60) {
      text += try file.readToEnd() ?? Data()
      if let found = text.range(of: mark, in: searched..<text.count) {
        searched = found.lowerBound
        end = text.range(of: Data([0x0a]), in: found.upperBound..<text.count)?.upperBound
      } else {
        searched = max(searched, text.count - mark.count)
      }
      return try end != nil || martlet.hasEnded()
    }
    guard let end else { throw Failure("martlet ended: \(martlet.errors)") }
    read += UInt64(end)
    return text.prefix(end).lines
  }
}

extension Act.Event {
  /// Of the process that it is about, in the initial pid namespace.
  fileprivate var process: Int64? { json["process"]["pid"].integer }
}
