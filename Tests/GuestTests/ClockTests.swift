import Foundation
import Glibc
import Support
import Testing

/// A host whose clock is set while it is watched.
@Suite(.kernel, .guest)
struct ClockTests {
  private func wallClock() -> time_t {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return time.tv_sec
  }

  @Test func `events go by the clock as it is set, in the order in which they happened, and none is missed`() throws {
    let agent = try Agent([
      "--events", "exec", "--no-own-rules", "--set", "file.max_age=12h", "--set", "file.compress=false",
    ])
    var spans: [(name: String, begin: time_t, end: time_t)] = []
    for (name, offset) in [("before", 0), ("ahead", 86_400), ("back", -2 * 86_400)] {
      var time = timespec(tv_sec: wallClock() + offset, tv_nsec: 0)
      try check("clock_settime", unsafe clock_settime(CLOCK_REALTIME, &time))
      // It is noticed within a second, which in an emulated guest is long.
      sleep(10)
      let begin = wallClock()
      try agent.watches(["/bin/true", name])
      spans.append((name, begin, wallClock()))
    }
    #expect(try agent.stop() == 0)
    #expect(agent.program.errors.contains(" 0 lost "))
    // A day ahead the file was old, and set aside.
    let files = try FileManager.default.contentsOfDirectory(atPath: agent.place.path)
      .filter { $0.hasPrefix("events.jsonl") }
    let texts = files.compactMap { FileManager.default.contents(atPath: agent.place[$0]) }
    let lines = try texts.flatMap { try [UInt8]($0).lines.map { try JSON($0) } }
    let parser = ISO8601DateFormatter()
    for span in spans {
      let own = lines.filter { $0["process"]["args"].array.last?.string == span.name }
      let dates = own.compactMap { $0["date"].string.flatMap { parser.date(from: String($0.prefix(19)) + "Z") } }
      #expect(!dates.isEmpty, "\(span.name) in \(files)")
      for date in dates { #expect((span.begin - 1...span.end + 1).contains(time_t(date.timeIntervalSince1970))) }
    }
  }
}
