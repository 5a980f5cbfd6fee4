import MartletRules
import SECL
import struct Support.SeededGenerator

/// An event with made-up values, of the few that the rules of `RandomRules` ask for.
final class RandomEvent: EventReader {
  /// The variables, which set actions change between two rules.
  final class Variables {
    var values: [String: Value]
    init(_ values: [String: Value]) { self.values = values }
  }

  let now: Int64
  let variables: Variables
  let kind: UInt64
  let lasting: UInt64
  let recurring: UInt64
  private var values: [Int: Reading] = [:]
  private var objects: [[Int: Reading]] = []

  /// - Parameters:
  ///   - processOf: an event whose process this one may have too.
  ///   - fileOf: one whose file's name it may have.
  init(
    using random: inout SeededGenerator, type: String, variables: Variables, processOf: RandomEvent?,
    fileOf: RandomEvent?
  ) {
    let sameFile = Bool.random(using: &random) ? fileOf : nil
    let earlier = Bool.random(using: &random) ? processOf : nil
    let akin = earlier ?? (Bool.random(using: &random) ? processOf : nil)
    kind = akin?.kind ?? random.next() | 1
    lasting = earlier?.lasting ?? random.next() | 1
    recurring = sameFile?.recurring ?? random.next() | 1
    now = Int64.random(in: 0...20, using: &random) * 1_000_000_000
    self.variables = variables
    let count = [0, 1, 1, 2, 2, 3, 3, 3, 4, 4, 5, 120].randomElement(using: &random) ?? 0
    objects = akin?.objects ?? Array(repeating: [:], count: count)
    for field in RandomRules.fields(of: type) {
      if let akin, field.traits.contains(.kind) {
        values[field.index] = akin.values[field.index]
      } else if let earlier, field.traits.contains(.lasting) {
        values[field.index] = earlier.values[field.index]
      } else if let sameFile, field.traits.contains(.recurring) {
        values[field.index] = sameFile.values[field.index]
      } else if field.iterator == nil {
        values[field.index] = Self.reading(of: field, using: &random)
      } else {
        for index in objects.indices { objects[index][field.index] = nil }
        for index in objects.indices where Int.random(in: 0..<8, using: &random) > 0 {
          objects[index][field.index] = Self.reading(of: field, using: &random)
        }
      }
    }
    // A length that is not that of the list must do no harm.
    if akin == nil, Bool.random(using: &random) { values[RandomRules.length.index] = .int(Int64(objects.count)) }
  }

  /// Now and then a text goes by several names, and nothing is known of a field.
  private static func reading(of field: Field, using random: inout SeededGenerator) -> Reading {
    guard Int.random(in: 0..<6, using: &random) > 0 else { return .none }
    func texts() -> [String] {
      (0..<Int.random(in: 0...4, using: &random)).map { _ in RandomRules.text(for: field, using: &random) }
    }
    switch field.type {
    case .bool: return .bool(Bool.random(using: &random))
    case .int: return .int(RandomRules.number(for: field, using: &random))
    case .string:
      return Int.random(in: 0..<8, using: &random) == 0
        ? .texts(texts()) : .text(RandomRules.text(for: field, using: &random))
    case .strings: return .texts(texts())
    case .ints:
      return .ints(
        (0..<Int.random(in: 0...3, using: &random)).map { _ in RandomRules.number(for: field, using: &random) })
    case .ip: return IPNetwork(RandomRules.network(using: &random)).map { .ip($0) } ?? .none
    case .ips:
      return .ips(
        (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
          IPNetwork(RandomRules.network(using: &random))
        })
    case .bools: return .none
    }
  }

  func reading(of field: Field) -> Reading { values[field.index] ?? .none }

  func reading(of field: Field, at index: Int) -> Reading? {
    objects.indices.contains(index) ? objects[index][field.index] ?? .some(.none) : nil
  }

  func value(of variable: Variable) -> Value { variables.values[variable.name] ?? variable.type.zero }
}
