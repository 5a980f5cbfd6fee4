public import MartletSchema
public import SECL

/// What the JSON of an event tells of the fields that rules read.
///
/// The JSON holds less than rules may ask for: `tells(_:)` says of which fields it holds nothing. These read as zero.
public struct DocumentEvent: Sendable {
  /// The event's type.
  public let type: String
  /// Nanoseconds since the epoch.
  public let time: Int64
  /// The values, as `GivenEvent` takes them.
  public private(set) var fields = JSONObject()
  /// Variables of rules, under their full names; their types are not told.
  public private(set) var variables = JSONObject()
  private var told: Set<String> = []
  /// What is known not to be there, by the prefix of its fields.
  private var absent: [String] = []

  /// What `document` tells.
  public init(_ document: EventDocument) {
    type = document.evt?.name ?? ""
    time = document.date?.nanoseconds ?? 0
    tell(document)
  }

  /// The event as rules ask it. `types` are those of the variables that they may read.
  public func event(types: [Variable]) throws(GivenEvent.Mistake) -> GivenEvent {
    var values: [String: Value] = [:]
    for variable in types {
      values[variable.name] = variables[variable.name].flatMap { Value($0, as: variable.type) }
    }
    return try GivenEvent(fields: fields, variables: values, now: time)
  }

  /// Whether the JSON tells what `field` holds, be it nothing.
  public func tells(_ field: Field) -> Bool {
    let name = field.name
    if told.contains(name) || absent.contains(where: { name.hasPrefix($0) }) { return true }
    // These follow from the field that they are about.
    for suffix in [".length", ".root_domain"] where name.hasSuffix(suffix) {
      let owner = String(name.dropLast(suffix.count))
      // Of an iterator the objects are told, be there none.
      return told.contains(owner) || fields[owner] != nil
    }
    return false
  }

  // MARK: Telling

  /// Notes that the document tells `name`, and its value, if it has one.
  mutating func tell(_ name: String, _ value: JSONValue?) {
    guard Catalogue.shared.field(named: name) != nil else { return }
    told.insert(name)
    if let value { fields[name] = value }
  }

  mutating func tell(_ name: String, _ text: String?) { tell(name, text.map(JSONValue.string)) }
  mutating func tell(_ name: String, _ number: JSONInteger?) { tell(name, number.map(JSONValue.integer)) }
  mutating func tell(_ name: String, _ time: Timestamp?) {
    tell(name, time.map { .integer(JSONInteger($0.nanoseconds)) })
  }
  mutating func tell(_ name: String, _ truth: Bool?) { tell(name, .bool(truth ?? false)) }
  mutating func tell(_ name: String, _ texts: [String]?) { tell(name, texts.map { .array($0.map(JSONValue.string)) }) }

  /// Tells the number that names of constants such as `PROT_READ|PROT_EXEC` make together; nothing if one is unknown.
  mutating func tell(_ name: String, constants names: [String]?) {
    guard let names, let number = Self.number(of: names) else { return }
    tell(name, JSONInteger(number))
  }

  mutating func tell(_ name: String, constants names: String?) {
    tell(name, constants: names.map { $0.split(separator: "|").map { String($0.filter { $0 != " " }) } })
  }

  private static let constants = Dictionary(
    ConstantGroup.all.flatMap(\.members).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })

  private static func number(of names: [String]) -> Int64? {
    var number: Int64 = 0
    for name in names {
      guard let value = constants[name] ?? Int64(name) ?? hexadecimal(name) else { return nil }
      number |= value
    }
    return number
  }

  private static func hexadecimal(_ text: String) -> Int64? {
    text.hasPrefix("0x") ? UInt64(text.dropFirst(2), radix: 16).map(Int64.init(bitPattern:)) : nil
  }

  /// Notes variables of the scope with that prefix.
  mutating func tell(variables members: Variables?, scope: String) {
    for member in members?.members ?? [] { variables[scope + member.name] = member.value }
  }

  /// Notes the objects of an iterator, and that the document tells the fields that `names` lists below it.
  mutating func tell(objects: [JSONObject], of iterator: String, names: Set<String>) {
    fields[iterator] = .array(objects.map(JSONValue.object))
    told.formUnion(names.map { "\(iterator).\($0)" })
  }

  /// Notes that there is nothing below `prefix`.
  mutating func tell(nothingBelow prefix: String) { absent.append("\(prefix).") }

  /// What was told below `prefix`, without it: to be told again elsewhere.
  func members(below prefix: String) -> (names: Set<String>, values: JSONObject) {
    let start = "\(prefix)."
    let names = told.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    let values = fields.members.filter { $0.name.hasPrefix(start) }.map {
      JSONObject.Member(name: String($0.name.dropFirst(start.count)), value: $0.value)
    }
    return (Set(names), JSONObject(values))
  }

  /// Drops what was told below `prefix`.
  mutating func forget(below prefix: String) {
    let start = "\(prefix)."
    told = told.filter { !$0.hasPrefix(start) }
    fields.members.removeAll { $0.name.hasPrefix(start) }
  }
}
