package import MartletModel
package import MartletOutput
import MartletSchema

/// What one line from a client of the control socket asks for. `docs/reference/control-protocol.md` is for those who write
/// clients.
package struct ControlRequest: Hashable, Sendable {
  /// The version of the protocol. What is added does not change it.
  package static let version: UInt64 = 1
  /// Bytes that a line may have.
  package static let longest = 1 << 16
  private static let longestFilter = 4096

  package enum Action: Hashable, Sendable {
    /// Who is there.
    case hello
    case status(cgroups: Int)
    case ledger(cgroups: Int)
    case rules
    /// What the kernel leaves out, and which rules make it let more through.
    case filters
    /// Has the policies loaded anew.
    case reload
    /// Has events told, from now on.
    case events(Subscription)
    /// What is told of an event that a stream has shown, and why rules matched it.
    case inspect(Inspected)
    /// Has numbers told once a second.
    case stats
    /// Ends a stream: the one that the request of that id began.
    case cancel(stream: UInt64)
  }

  /// Which events are told, and how.
  package struct Subscription: Hashable, Sendable {
    /// Types of events that are told whether or not a rule matched; `nil` if none are named.
    package var types: Set<EventType>?
    /// The condition that they must meet; `""` for none.
    package var filter = ""
    package var format = OutputFormat.json
    package var style = ScreenStyle(color: false)
    /// Whether the last ones are kept, so that they can be inspected.
    package var keeps = false
  }

  package struct Inspected: Hashable, Sendable {
    package var stream: UInt64 = 0
    package var number: UInt64 = 0
    package var style = ScreenStyle(color: false)
  }

  /// The client's number of it, which the answer carries; 0 if it has none.
  package let id: UInt64
  package let action: Action

  /// Reads a line, without its end.
  package init(line: RawSpan) throws(ControlRefusal) {
    var reader = JSONReader()
    let value: JSONValue
    do { value = try reader.readValue(line) } catch {
      throw ControlRefusal(.malformed, "this is no JSON: \(error.description)")
    }
    guard case .object(let object) = value else { throw ControlRefusal(.malformed, "a request is a JSON object") }
    var members = Members(object: object)
    let id = try members.number("id") ?? 0
    self.id = id
    do throws(ControlRefusal) {
      if let version = try members.number("protocol"), version != Self.version {
        throw ControlRefusal(.protocolVersion, "protocol \(version) is not spoken here, but \(Self.version)")
      }
      action = try Self.action(&members)
      try members.end()
    } catch {
      var error = error
      error.id = id
      throw error
    }
  }

  private static func action(_ members: inout Members) throws(ControlRefusal) -> Action {
    guard let name = try members.text("request") else { throw ControlRefusal(.parameter, "'request' is missing") }
    switch name {
    case "hello": return .hello
    case "status": return .status(cgroups: try members.cgroups())
    case "ledger": return .ledger(cgroups: try members.cgroups())
    case "filters": return .filters
    case "rules": return .rules
    case "reload": return .reload
    case "stats": return .stats
    case "cancel":
      guard let stream = try members.number("stream") else { throw ControlRefusal(.parameter, "'stream' is missing") }
      return .cancel(stream: stream)
    case "events":
      var wanted = Subscription()
      wanted.types = try members.types("types")
      wanted.filter = try members.text("filter") ?? ""
      guard wanted.filter.utf8.count <= longestFilter else {
        throw ControlRefusal(.parameter, "'filter' is longer than \(longestFilter) bytes")
      }
      if let format = try members.text("format") {
        guard let known = OutputFormat(rawValue: format) else {
          throw ControlRefusal(.parameter, "'format' is json, compact or pretty")
        }
        wanted.format = known
      }
      wanted.style = try members.style()
      wanted.keeps = try members.truth("keep")
      return .events(wanted)
    case "inspect":
      guard let stream = try members.number("stream"), let number = try members.number("number") else {
        throw ControlRefusal(.parameter, "'stream' or 'number' is missing")
      }
      return .inspect(Inspected(stream: stream, number: number, style: try members.style()))
    default: throw ControlRefusal(.request, "there is no such request")
    }
  }

  /// The members of a request, each of which somebody must want.
  private struct Members {
    private let object: JSONObject
    private var taken = 0

    init(object: JSONObject) { self.object = object }

    private mutating func take(_ name: String) -> JSONValue? {
      let value = object[name]
      if value != nil { taken += 1 }
      return value
    }

    /// All must have been taken.
    func end() throws(ControlRefusal) {
      if taken != object.members.count { throw ControlRefusal(.parameter, "this request takes fewer members") }
    }

    mutating func number(_ name: String) throws(ControlRefusal) -> UInt64? {
      guard let value = take(name) else { return nil }
      // As far as every JSON library counts.
      guard case .integer(let integer) = value, let number = integer.unsigned, number <= 1 << 53 else {
        throw ControlRefusal(.parameter, "'\(name)' is a number from 0 to 2^53")
      }
      return number
    }

    mutating func text(_ name: String) throws(ControlRefusal) -> String? {
      guard let value = take(name) else { return nil }
      guard case .string(let text) = value else { throw ControlRefusal(.parameter, "'\(name)' is a text") }
      return text
    }

    mutating func truth(_ name: String) throws(ControlRefusal) -> Bool {
      guard let value = take(name) else { return false }
      guard case .bool(let truth) = value else { throw ControlRefusal(.parameter, "'\(name)' is true or false") }
      return truth
    }

    mutating func types(_ name: String) throws(ControlRefusal) -> Set<EventType>? {
      guard let value = take(name) else { return nil }
      guard case .array(let values) = value else { throw ControlRefusal(.parameter, "'\(name)' is a list") }
      var types: Set<EventType> = []
      for value in values {
        guard case .string(let text) = value, let type = EventType(name: text) else {
          throw ControlRefusal(.parameter, "'\(name)' lists names of event types")
        }
        types.insert(type)
      }
      return types
    }

    /// How many cgroups are to be told.
    mutating func cgroups() throws(ControlRefusal) -> Int { Int(min(try number("cgroups") ?? 10, 1024)) }

    mutating func style() throws(ControlRefusal) -> ScreenStyle {
      let columns = try number("columns")
      return ScreenStyle(color: try truth("color"), columns: columns.map { Int(min(max($0, 20), 4096)) })
    }
  }
}

/// Why a client does not get what it asked for.
package struct ControlRefusal: Error, Hashable, Sendable {
  /// A stable word for programs.
  package enum Code: String, Sendable {
    case malformed
    case protocolVersion = "protocol"
    case request
    case parameter
    case filter
    case gone
    case policies
    case forbidden
    case limit
  }

  package let code: Code
  package let message: String
  package var id: UInt64?

  package init(_ code: Code, _ message: String, id: UInt64? = nil) {
    self.code = code
    self.message = message
    self.id = id
  }
}
