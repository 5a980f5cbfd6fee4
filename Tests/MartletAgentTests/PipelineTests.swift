import MartletContext
import MartletModel
import Testing

@testable import MartletAgent

struct PipelineTests {
  private final class SilentHost: Host {
    func answer(_ question: HostQuestion) -> [UInt8]? { nil }
  }

  private let pipeline = Pipeline(
    host: SilentHost(), clock: HostClock(monotonic: ClockBase(offset: 0), boot: 0, ticksPerSecond: 100))

  private func consume(_ bytes: [UInt8]) -> [Event] {
    var events: [Event] = []
    unsafe pipeline.consume(bytes.span.bytes) { events.append($0) }
    return events
  }

  /// A record that is a header only, of process 7.
  private func header(_ type: UInt8) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 72)
    (bytes[4], bytes[24], bytes[28]) = (type, 7, 7)
    return bytes
  }

  @Test func `a record becomes an event of its process`() {
    #expect(consume(header(EventType.setuid.rawValue)).map(\.type) == [.setuid])
    #expect(consume(header(EventType.capset.rawValue)).map(\.process.pid) == [7])
    #expect(pipeline.undecodable.isEmpty)
  }

  @Test func `a record that cannot be decoded is counted, by the type that it claims`() {
    for bytes in [[], header(0), header(EventType.open.rawValue), header(EventType.open.rawValue), header(99)] {
      #expect(consume(bytes).isEmpty)
    }
    #expect(pipeline.undecodable == [.open: 2, .fork: 3])
  }

  @Test func `a clock that was set, either way, dates what comes from then on`() {
    for offset in [Int64(5_000_000_000), 90_000_000_000_000, -90_000_000_000_000, 0] {
      pipeline.setClock(HostClock(monotonic: ClockBase(offset: offset), boot: offset, ticksPerSecond: 100))
      #expect(consume(header(EventType.setuid.rawValue)).map(\.time.nanoseconds) == [offset])
    }
  }
}
