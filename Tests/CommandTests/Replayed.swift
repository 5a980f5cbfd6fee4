import Foundation
import Glibc
import MartletAgent
import MartletModel
import MartletOutput
import Support

/// What the replay of a recording's bytes made, in this process.
struct Replayed {
  /// JSON, one event a line.
  let output: [UInt8]
  let error: RecordingError?

  init(_ recording: some Collection<UInt8>) throws {
    let place = try Workplace()
    try Data(recording).write(to: URL(filePath: place["recording"]))
    let descriptor = try check("open", unsafe open(place["output"], O_RDWR | O_CREAT | O_CLOEXEC, 0o600))
    defer { close(descriptor) }
    var printer = EventPrinter(descriptor: descriptor, format: .json, style: ScreenStyle(color: false))
    var failure: RecordingError?
    do throws(RecordingError) {
      try Replay.run(path: place["recording"], events: Set(EventType.allCases), printer: &printer)
    } catch {
      failure = error
    }
    printer.flush()
    output = [UInt8](try Data(contentsOf: URL(filePath: place["output"])))
    error = failure
  }
}

/// The recordings of the repository.
enum Fixtures {
  static let directory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory.path())) ?? [])
    .filter { $0.hasSuffix(".records") }.map { String($0.dropLast(".records".count)) }.sorted()

  /// The bytes of a recording.
  static func recording(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: directory.appending(path: name + ".records")))
  }
}
