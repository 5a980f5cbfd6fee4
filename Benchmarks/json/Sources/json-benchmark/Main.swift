import CAllocations
import Foundation
import MartletSchema

/// One measurement a call; `run` calls in turn, so that all share the machine's good and bad moments.
@main
enum Main {
  static func main() throws {
    let arguments = CommandLine.arguments
    switch arguments.dropFirst().first {
    case "event": print(sampleEvent(number: 0).json)
    case "events": writeEvents(count: Int(arguments[2])!)
    case "write": write()
    case "encode": try encode()
    case "validate": try validate(path: arguments[2])
    case "read": try read(path: arguments[2])
    default: fatalError("usage: json-benchmark event | events COUNT | write | encode | validate FILE | read FILE")
    }
  }

  private static func writeEvents(count: Int) {
    for number in 0..<count { print(sampleEvent(number: number).json) }
  }

  /// `MartletSchema`'s writer, into one buffer over and over.
  private static func write() {
    let event = sampleEvent(number: 0)
    var writer = JSONWriter()
    report(events: 200_000) {
      writer.removeAll()
      event.write(to: &writer)
    }
  }

  /// Foundation's encoder.
  private static func encode() throws {
    let event = try JSONDecoder().decode(Encoded.self, from: Data(sampleEvent(number: 0).json.utf8))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    report(events: 2000) { _ = try? encoder.encode(event) }
  }

  /// The validator, over a file of lines that has been read into memory.
  private static func validate(path: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var run = ValidationRun()
    let before = allocations()
    let start = processorTime()
    run.validate(bytes.span.bytes) { line, violation in fatalError("\(line): \(violation)") }
    run.finish { line, violation in fatalError("\(line): \(violation)") }
    report(events: run.summary.documents, since: start, allocations: before)
  }

  /// The reader, over the same.
  private static func read(path: String) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    var reader = JSONReader()
    var events = 0
    let before = allocations()
    let start = processorTime()
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let event: EventDocument = try reader.read(line.span.bytes)
      events += event.title.isEmpty ? 0 : 1
    }
    report(events: events, since: start, allocations: before)
  }

  private static func report(events: Int, _ body: () -> Void) {
    for _ in 0..<events / 10 { body() }
    let before = allocations()
    let start = processorTime()
    for _ in 0..<events { body() }
    report(events: events, since: start, allocations: before)
  }

  /// Prints nanoseconds and heap allocations an event.
  private static func report(events: Int, since start: Int, allocations before: UInt) {
    let nanoseconds = (processorTime() - start) / events
    let count = Double(allocations() - before) / Double(events)
    print("\(nanoseconds) \(count)")
  }

  /// Nanoseconds that this program has kept a processor busy, which other programs do not lengthen.
  private static func processorTime() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
