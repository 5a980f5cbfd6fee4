import Testing

@testable import MartletSchema
@testable import martlet_generate

/// Events made by a seeded generator that walks the schema: every property of every definition occurs.
struct RandomEventTests {
  @Test func `every property round-trips byte for byte and is valid`() throws {
    let schema = try Schema(parsing: EventSchema.json)
    var maker = EventMaker(schema: schema, seed: 0x6d61_7274_6c65_7421)
    var validator = EventValidator()
    for round in 0..<300 {
      maker.chance = round == 0 ? 100 : UInt64(round % 90)
      let json = maker.event()
      let event = try EventDocument(json: json)
      try #require(event.json == json)
      try #require(unsafe validator.isValid(Array(json.utf8).span.bytes))
    }
    let all = schema.definitions.flatMap { definition in definition.properties.map { "\(definition.name).\($0.key)" } }
    #expect(maker.written == Set(all))
  }

  /// Truncation and random damage: the outcome is any, but an outcome. Reader and validator agree where both speak.
  @Test func `damaged events never trap`() throws {
    let schema = try Schema(parsing: EventSchema.json)
    var maker = EventMaker(schema: schema, seed: 7)
    maker.chance = 12
    var valid = 0
    for _ in 0..<1500 {
      var bytes = Array(maker.event().utf8)
      if maker.random(10) == 0 { bytes = Array(bytes.prefix(Int(maker.random(UInt64(bytes.count))))) }
      for _ in 0..<maker.random(4) where !bytes.isEmpty {
        let index = Int(maker.random(UInt64(bytes.count)))
        switch maker.random(4) {
        case 0: bytes[index] = UInt8(truncatingIfNeeded: maker.random(256))
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(Array(#"{}[]",:\u0-.eE"#.utf8)[Int(maker.random(14))], at: index)
        default: bytes.replaceSubrange(index..<index, with: bytes[index...].prefix(Int(maker.random(40))))
        }
      }
      unsafe fuzzValidate(bytes.span.bytes)
      unsafe fuzzRead(bytes.span.bytes)
      var validator = EventValidator()
      let isValid = unsafe validator.isValid(bytes.span.bytes)
      valid += isValid ? 1 : 0
      let isRead = unsafe (try? EventDocument(json: bytes.span.bytes)) != nil
      #expect(isRead == isValid)
    }
    #expect(valid > 150, "the damage leaves nothing to read")
    #expect(valid < 1350, "the damage does nothing")
  }
}

/// Writes random events as text, from the schema and without the writer under test.
struct EventMaker {
  let schema: Schema
  private var state: UInt64
  /// How many of a hundred optional properties are written.
  var chance: UInt64 = 50
  /// Every property written so far, as `Definition.key`.
  var written: Set<String> = []

  init(schema: Schema, seed: UInt64) {
    self.schema = schema
    state = seed
  }

  /// A number from 0 to `bound` - 1, by SplitMix64.
  mutating func random(_ bound: UInt64) -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
    return (mixed ^ mixed >> 31) % bound
  }

  mutating func event() -> String { value(of: .reference(Schema.eventName)) }

  private mutating func value(of type: ValueType) -> String {
    switch schema.resolved(type) {
    case .string: return pick([#""""#, #""/usr/bin/cat""#, #""a \"b\" \\ \n \u001f é馬🐎""#, #""CAP_CHOWN""#])
    case .integer: return pick(["0", "1", "-1", "33188", "18446744073709551615", "-9223372036854775808", "4026531840"])
    case .boolean: return pick(["true", "false"])
    case .dateTime:
      return Timestamp(nanoseconds: Int64(bitPattern: random(.max)) >> 1 / 1000 * Int64(random(1001))).json
    case .any: return pick(["null", "1.5", "-7", "[[],{}]", #"{"a":[true,1e+100]}"#, #""text""#])
    case .anyObject: return pick(["{}", #"{"x":1,"y":["a"],"\"":false}"#])
    case .map: return pick(["{}", #"{"scopes":["a","b"],"none":[]}"#])
    case .array(let element):
      let values = (0..<random(3)).map { _ in value(of: element) }
      return "[\(values.joined(separator: ","))]"
    case .reference(let name):
      var members: [String] = []
      for property in schema[name]?.properties ?? [] where property.isRequired || random(100) < chance {
        written.insert("\(name).\(property.key)")
        members.append("\"\(property.key)\":\(value(of: property.type))")
      }
      return "{\(members.joined(separator: ","))}"
    }
  }

  private mutating func pick(_ choices: [String]) -> String { choices[Int(random(UInt64(choices.count)))] }
}

extension Timestamp {
  fileprivate var json: String { "\"\(self)\"" }
}
