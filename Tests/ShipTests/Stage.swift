import Foundation
import MartletOutbox
import MartletShip
import Support

/// An outbox with events in it, and a shipper in this process that reads it.
final class Stage {
  let workplace: Workplace
  private var store: OutboxWriterBox?
  private var outbox: OutboxConfiguration {
    OutboxConfiguration(
      directory: workplace["outbox"], cursors: workplace["state/cursors"], limit: 1 << 24, sync: .never)
  }
  private var shipper: Shipper?
  /// How many events there are.
  private(set) var count = 0

  init() throws {
    workplace = try Workplace()
    try workplace.directory("state")
    store = try OutboxWriterBox(outbox)
  }

  deinit { shipper?.end() }

  /// The text of event `number`, one of the schema.
  static func text(_ number: Int, filling: Int = 0) -> String {
    """
    {"agent":{"rule_id":"rule_\(number % 3)","version":"0.1.0","os":"linux","arch":"x64","origin":"ebpf"},\
    "title":"event \(number)","evt":{"name":"exec","category":"Process Activity","outcome":"Success"},\
    "date":"2026-11-26T04:30:00.\(String(format: "%09d", number))Z",\
    "process":{"pid":\(number + 1),"uid":0,"gid":0,"comm":"\(String(repeating: "x", count: filling))sh"}}
    """
  }

  /// Puts `count` more events into the outbox.
  func write(_ count: Int, filling: Int = 0) {
    store?.append((1...count).map { Self.text(self.count + $0, filling: filling) })
    self.count += count
  }

  /// Lets go of the outbox, for another writer.
  func closeOutbox() { store = nil }

  /// Has another writer go on, in another segment.
  func reopenOutbox() throws {
    store = nil
    store = try OutboxWriterBox(outbox)
  }

  /// Delivers to the sinks, which are written as the members of their mappings.
  func ship(_ sinks: String...) throws {
    shipper?.end()
    shipper = nil
    shipper = try .start(try configuration(sinks))
  }

  /// Has the shipper deliver to these sinks from now on, as SIGHUP does.
  func reload(_ sinks: String...) throws {
    shipper?.end()
    shipper = try .start(try configuration(sinks), after: shipper)
  }

  func stop() {
    shipper?.end()
    shipper = nil
  }

  func configuration(_ sinks: [String]) throws -> ShipConfiguration {
    try ShipConfiguration(text: Array(text(sinks).utf8), path: "ship.yaml")
  }

  /// The configuration's text.
  func text(_ sinks: [String]) -> String {
    let lists = sinks.map { sink in
      "  - " + sink.split(separator: "\n").joined(separator: "\n    ")
    }
    return """
      outbox: \(workplace["outbox"])
      state: \(workplace["state"])
      metrics: off
      sinks:
      \(lists.joined(separator: "\n"))
      """
  }

  func values(_ sink: String) -> SinkState.Values {
    shipper?.states.first { $0.name == sink }?.values ?? SinkState.Values()
  }

  /// Waits until a sink has done all that is in the outbox.
  func waitUntilDone(_ sink: String) throws {
    do { try Program.wait { values(sink).position.sequence >= UInt64(count) } } catch {
      throw Failure("\(sink) is not done: \(values(sink))")
    }
  }

  /// The texts of all events.
  var texts: [String] { count == 0 ? [] : (1...count).map { Self.text($0) } }
}

/// A store that closures may hold.
final class OutboxWriterBox {
  private var store: SegmentStore

  init(_ configuration: OutboxConfiguration) throws { store = try .open(configuration) }

  func append(_ texts: [String]) {
    var batch = FrameBatch()
    for text in texts { batch.append { $0(Array(text.utf8).rawSpan) } }
    store.append(&batch)
  }
}

/// The numbers of events, from lines of JSON with titles `event N`.
func numbers(_ lines: String) -> [Int] {
  lines.split(separator: "\n").compactMap { line in
    guard let title = line.firstRange(of: "\"title\":\"event ") else { return nil }
    return Int(line[title.upperBound...].prefix { $0.isNumber })
  }
}

/// The content of a file; empty if there is none.
func content(_ path: String) -> String {
  String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
}
