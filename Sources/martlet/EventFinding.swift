import Glibc
import MartletAgent
import MartletModel
import MartletRules
import MartletSchema
import SECL

/// An event that a rule was asked about, and how the rule came to its answer.
struct EventFinding {
  /// How the rule came to its answer.
  let explanation: Explanation
  /// Which event it is, in words.
  let description: String
  /// Its number, from 1; nil for one that is given by values.
  let number: Int?
  /// The fields that the rule reads and the event does not tell.
  let untold: [Field]

  /// Whether the event tells what `field` holds.
  func tells(_ field: Field) -> Bool { !untold.contains(field) }

  /// For programs.
  func json(_ rule: String) -> JSONObject {
    var object: JSONObject = ["rule": .string(rule)]
    if let number { object["event"] = .integer(JSONInteger(number)) }
    if !untold.isEmpty { object["untold"] = .array(untold.map { .string($0.name) }) }
    object.members += explanation.json.members
    return object
  }

  private init(explanation: Explanation, description: String, number: Int?, untold: [Field] = []) {
    self.explanation = explanation
    self.description = description
    self.number = number
    self.untold = untold
  }

  /// The answer about an event with the values `fields`; nil if it is of a type that the rule is not about.
  init?(
    _ inquiry: Inquiry, fields: JSONObject, type: String?, variables: [(variable: Variable, value: Value)]
  ) throws {
    let values = Dictionary(variables.map { ($0.variable.name, $0.value) }, uniquingKeysWith: { _, last in last })
    let event = try GivenEvent(fields: fields, variables: values, now: nanosecondsNow)
    guard let explanation = inquiry.explanation(of: event, type: type) else { return nil }
    self.init(explanation: explanation, description: "the given values", number: nil)
  }

  // MARK: Files of events

  /// The event of that number in the file at `path`; without a number the first that the rule holds for, or else the one
  /// that it comes nearest to. Nil if the rule is not about it, or about none.
  static func search(_ inquiry: Inquiry, file path: String, index: Int?) throws -> EventFinding? {
    var search = Search(inquiry: inquiry, path: path, index: index)
    if path != "-", try isRecording(path) {
      try search.recording()
    } else {
      try search.documents()
    }
    if let index, index > search.count {
      throw Unusable(description: "\(path) has \(search.count) events; there is no event \(index)")
    }
    guard search.count > 0 else { throw Unusable(description: "\(path) has no events") }
    return search.best
  }

  private static func isRecording(_ path: String) throws -> Bool {
    let input = try Input(path: path)
    let magic = Array("MARTLET\n".utf8)
    var start = [UInt8](repeating: 0, count: magic.count)
    let count = try unsafe start.withUnsafeMutableBytes { try unsafe input.read(into: $0) }
    return count == magic.count && start == magic
  }

  private struct Search {
    let inquiry: Inquiry
    let path: String
    let index: Int?
    var count = 0
    var best: EventFinding?

    init(inquiry: Inquiry, path: String, index: Int?) {
      self.inquiry = inquiry
      self.path = path
      self.index = index
    }

    /// Whether what is wanted has been found.
    private var isDone: Bool { index.map { count >= $0 } ?? (best?.explanation.holds == true) }

    mutating func recording() throws {
      // The rule must see all events before its own, as variables remember them.
      try MartletAgent.Replay.run(path: path) { entry in
        guard case .event(let event, let files) = entry, !isDone else { return }
        count += 1
        let explanation = inquiry.explanation(of: event, files: files)
        guard index == nil || index == count, let explanation else { return }
        let process = "\(event.process.comm) (pid \(event.process.pid))"
        take(explanation, "of type \(event.type.name), by \(process)", untold: [])
      }
    }

    mutating func documents() throws {
      var bytes: [UInt8] = []
      try readBytes(of: path) { bytes += $0 }
      if let document = try? unsafe EventDocument(json: bytes.span.bytes) { return try take(document) }
      for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
        if isDone { return }
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { continue }
        let document: EventDocument
        do { document = try unsafe EventDocument(json: Array(line).span.bytes) } catch {
          throw Unusable(description: "\(path):\(number + 1): \(error)")
        }
        try take(document)
      }
    }

    private mutating func take(_ document: EventDocument) throws {
      count += 1
      guard index == nil || index == count else { return }
      let event = DocumentEvent(document)
      let given = try event.event(types: inquiry.variables)
      guard let explanation = inquiry.explanation(of: given, type: event.type) else { return }
      let process = document.process.map { ", by \($0.comm ?? "") (pid \($0.pid?.unsigned ?? 0))" } ?? ""
      take(
        explanation, "of type \(event.type)\(process)",
        untold: inquiry.fields(ofType: event.type).filter { !event.tells($0) })
    }

    /// Keeps what is told unless something nearer is known.
    private mutating func take(_ explanation: Explanation, _ what: String, untold: [Field]) {
      if let best, best.explanation.nearness >= explanation.nearness { return }
      best = EventFinding(
        explanation: explanation, description: "event \(count) of \(path), \(what)", number: count, untold: untold)
    }
  }
}
