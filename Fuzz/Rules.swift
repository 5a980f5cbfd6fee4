import MartletRules
import SECL

/// The bytes as rules, one a line, each asked about an event that is made of the rules' own words. The index has to
/// answer as the plain evaluator does, and so has the explanation.
func askRules(_ bytes: RawSpan) {
  let text = String(decoding: unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }, as: UTF8.self)
  var programs: [Program] = []
  var outlines: [Outline] = []
  for line in text.split(separator: "\n").prefix(32) {
    guard let program = try? ruleScope.compile(rule: String(line)),
      let outline = try? ruleScope.outline(rule: String(line))
    else { continue }
    programs.append(program)
    outlines.append(outline)
  }
  guard !programs.isEmpty else { return }
  let index = ProgramIndex(programs)
  var scratch = index.makeScratch()
  for seed in 0..<UInt64(4) {
    let event = WordEvent(text, seed: seed)
    let context = ReaderContext(event)
    let expected = programs.indices.filter { programs[$0].holds(in: context) }
    var found: [Int] = []
    index.ask(event, using: &scratch) { found.append($0) }
    precondition(found == expected, "the index finds \(found), the plain evaluator \(expected)")
    for (number, outline) in outlines.enumerated() {
      precondition(outline.explanation(in: context).holds == expected.contains(number))
    }
  }
}

private let ruleScope = Scope(
  catalogue: Catalogue.shared,
  variables: [
    Variable(name: "n", type: .int), Variable(name: "s", type: .string), Variable(name: "l", type: .strings),
    Variable(name: "b", type: .bool), Variable(name: "net", type: .ip), Variable(name: "nets", type: .ips),
  ])

/// An event whose texts and numbers are words of a text: which one a field has, the field's number and a seed say.
private struct WordEvent: EventReader {
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
