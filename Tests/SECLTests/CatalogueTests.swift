import MartletRules
import MartletSchema
import SECL
import Testing

/// The tables that the language reads.
struct CatalogueTests {
  @Test func `every field is found by its name, at its index`() {
    for (index, field) in Catalogue.shared.fields.enumerated() {
      #expect(field.index == index)
      #expect(Catalogue.shared.field(named: field.name) == field)
    }
    #expect(Catalogue.shared.fields.count > 2_000)
  }

  @Test func `no constant is defined twice with different values`() {
    var values: [String: Int64] = [:]
    for (name, value) in ConstantGroup.all.flatMap(\.members) {
      #expect(values.updateValue(value, forKey: name) ?? value == value, "\(name)")
    }
    // All names of the groups but true and false, which are no numbers, the login uid that is not set, and two of our own.
    #expect(values.count == 1307 - 2 + 1 + 2)
  }

  @Test(arguments: [("E2BIG", -7), ("O_SYNC", 0x101000), ("S_ISUID", 0o4000), ("PR_SET_VMA", 1_398_164_801)])
  func `a constant has the kernel's value`(name: String, value: Int64) {
    #expect(ConstantGroup.all.flatMap(\.members).first { $0.name == name }?.value == value)
  }

  @Test(arguments: [
    ("{\"nope\": 1}", "unknown field 'nope'"), ("{\"exec.uid\": \"1\"}", "the value of 'exec.uid' is not of type int"),
    (
      "{\"process.ancestors.comm\": [\"sh\"]}",
      "'process.ancestors.comm' must be given in the objects of 'process.ancestors'"
    ),
    ("{\"process.ancestors\": [1]}", "'process.ancestors' is no array of objects"),
    ("{\"connect.addr.ip\": \"10.0.0.300\"}", "the value of 'connect.addr.ip' is not of type ip"),
  ])
  func `a value that no field can have is refused`(json: String, message: String) throws {
    var reader = JSONReader()
    guard case .object(let fields) = try unsafe reader.readValue(Array(json.utf8).span.bytes) else { return }
    let mistake = #expect(throws: GivenEvent.Mistake.self) { try GivenEvent(fields: fields, now: 0) }
    #expect(mistake?.description == message)
  }

  @Test(arguments: [
    ("merge", ["a", "b", "c"]), ("override", ["c"]), (nil, ["a", "b"]),
  ])
  func `macros of the same name combine`(combination: String?, values: [String]) throws {
    let first = Macro(id: "M", body: .values(["a", "b"]))
    let second = Macro(id: "M", body: .values(["c"]))
    let combined = try first.combined(with: second, combination.flatMap(Macro.Combination.init(rawValue:)))
    #expect(combined.body == .values(values))
  }
}
