import MartletRules
import SECL

/// An event whose texts and numbers are words of a text: which one a field has, the field's number and a seed say.
final class WordEvent: EventReader {
  private let words: [String]
  private let seed: UInt64
  let now: Int64 = 20_000_000_000

  init(_ text: String, seed: UInt64) {
    let ends: Set<Character> = ["\"", " ", "\n", ",", "(", ")", "[", "]", "*"]
    words = ["", "/etc/passwd", "1"] + text.split(maxSplits: 200) { ends.contains($0) }.map(String.init)
    self.seed = seed
  }

  func reading(of field: Field) -> Reading {
    field.name.hasSuffix(".length") ? .int(Int64(seed)) : reading(of: field.type, UInt64(field.index))
  }

  func reading(of field: Field, at index: Int) -> Reading? {
    index < Int(seed) ? reading(of: field.type, UInt64(field.index + index)) : nil
  }

  /// The text of `uuid4` has to be the same for both that ask.
  func value(of variable: Variable) -> Value {
    Value(reading(of: variable.type, UInt64(variable.name.utf8.count))) ?? variable.type.zero
  }

  private func reading(of type: ValueType, _ number: UInt64) -> Reading {
    let choice = ((number &+ seed) &* 0x9e37_79b9_7f4a_7c15) >> 8
    guard choice % 7 > 0 else { return .none }
    func word(_ offset: UInt64) -> String { words[Int((choice / 8 &+ offset) % UInt64(words.count))] }
    switch type {
    case .bool: return .bool(choice & 8 != 0)
    case .int: return .int(Int64(word(0)) ?? Int64(choice % 5))
    case .ints: return .ints((0..<choice % 3).map { Int64(word($0)) ?? Int64(choice % 5) })
    case .string: return choice % 11 == 0 ? .texts([word(0), word(1)]) : .text(word(0))
    case .strings: return .texts((0..<choice % 4).map { word($0) })
    case .ip: return IPNetwork(word(0)).map { .ip($0) } ?? .none
    case .ips: return .ips((0..<choice % 3).compactMap { IPNetwork(word($0)) })
    case .bools: return .none
    }
  }
}
