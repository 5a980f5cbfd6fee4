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
