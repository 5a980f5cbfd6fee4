import Glibc
import MartletRules
import SECL

/// What `martlet-ship` is told to do.
package struct ShipConfiguration {
  package static let standardPath = "/etc/martlet/ship.yaml"

  /// The directory of the agent's outbox.
  package var outbox = "/var/lib/martlet/outbox"
  /// The directory of cursors and dead letters.
  package var state = "/var/lib/martlet-ship"
  /// Where metrics are served; nil for nowhere.
  package var metrics: (address: String, port: UInt16)? = ("127.0.0.1", 9464)
  /// The file of the agent's metrics, which are served with them.
  package var agentMetrics = "/run/martlet/metrics.prom"
  package var sinks: [SinkPlan] = []

  /// Reads a file.
  ///
  /// - Throws: all that is wrong with it.
  package init(path: String) throws(ConfigurationError) {
    let text: [UInt8]
    do { text = try TextFile.bytes(path) } catch { throw ConfigurationError(mistakes: [error.description]) }
    try self.init(text: text, path: path)
  }

  /// Reads the text of a file that is called `path`.
  package init(text: [UInt8], path: String) throws(ConfigurationError) {
    let mistakes = MistakeList(file: path)
    do throws(YAMLDocument.Mistake) {
      let document = try YAMLParser.document(of: text)
      if let root = document.root {
        read(Section(root, of: document, mistakes: mistakes))
      } else {
        mistakes.note("the file is empty", at: SourcePosition(line: 1, column: 1))
      }
    } catch { mistakes.note(error.message, at: error.position) }
    if !mistakes.isEmpty { throw mistakes.error }
  }

  private mutating func read(_ file: Section) {
    if let path = file.text("outbox") { outbox = path }
    if let path = file.text("state") { state = path }
    if let text = file.text("metrics") { readMetrics(text, file) }
    if let path = file.text("agent_metrics") { agentMetrics = path }
    var names: Set<String> = []
    for section in file.sections("sinks") {
      let plan = SinkPlan(section)
      if !plan.name.isEmpty, !names.insert(plan.name).inserted {
        section.note("there is another sink called '\(plan.name)'", for: "name")
      }
      if let path = plan.path, let other = sinks.first(where: { $0.path == path }) {
        section.note("the sink '\(other.name)' writes to that file", for: "path")
      }
      sinks.append(plan)
      section.finish()
    }
    if sinks.isEmpty { file.note("there are no 'sinks'") }
    file.finish()
  }

  private mutating func readMetrics(_ text: String, _ file: Section) {
    if text == "off" || text == "false" {
      metrics = nil
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      let address = Self.address(text[..<colon].filter { $0 != "[" && $0 != "]" })
    else { return file.note("'metrics' must be ADDRESS:PORT, with an IP address, or off", for: "metrics") }
    metrics = (address, port)
  }

  /// An IP address; nil for what is none.
  private static func address(_ text: String) -> String? {
    if text == "localhost" { return "127.0.0.1" }
    var (v4, v6) = (in_addr(), in6_addr())
    let isOne = unsafe inet_pton(AF_INET, text, &v4) == 1 || inet_pton(AF_INET6, text, &v6) == 1
    return isOne ? text : nil
  }
}

/// A sink of the configuration.
package struct SinkPlan {
  package enum Kind: String, CaseIterable {
    case stdout
    case file
    case syslog
    case webhook
    case clickhouse
    case otlp
    case nats
    case kafka
  }

  package let name: String
  package let kind: Kind
  let filter: EventFilter
  let batching: Courier.Batching
  let longestRetry: Duration
  /// The file that it writes to.
  let path: String?
  /// Makes the sink; what it is given ends what is under way.
  let make: (StopSignal) -> any Sink

  init(_ section: Section) {
    name = section.required("name")
    if !name.isEmpty, !name.utf8.allSatisfy({ Self.nameBytes.contains($0) }) || name.utf8.count > 64 {
      section.note("'name' may have 64 letters, digits, '-' and '_'", for: "name")
    }
    filter = Self.filter(section)
    batching = Self.batching(section)
    longestRetry = section.time("retry_at_most") ?? .seconds(60)
    if section.text("type") == nil { section.note("'type' is missing") }
    let kind = section.choice("type", of: Kind.self) ?? .stdout
    self.kind = kind
    path = kind == .file ? section.text("path") : nil
    make = SinkMaker(section).maker(of: kind)
  }

  private static let nameBytes = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

  private static func filter(_ section: Section) -> EventFilter {
    let rules = Set(section.texts("rules"))
    do {
      return try EventFilter(expression: section.text("filter"), rules: rules)
    } catch {
      for diagnostic in error.diagnostics { section.note("'filter': \(diagnostic.message)", for: "filter") }
      return EventFilter(rules: rules)
    }
  }

  private static func batching(_ section: Section) -> Courier.Batching {
    var batching = Courier.Batching()
    guard let batch = section.section("batch") else { return batching }
    if let events = batch.integer("events", in: 1...100_000) { batching.events = events }
    if let bytes = batch.size("bytes") { batching.bytes = max(bytes, 1) }
    if let wait = batch.duration("wait") { batching.wait = wait }
    batch.finish()
    return batching
  }
}
