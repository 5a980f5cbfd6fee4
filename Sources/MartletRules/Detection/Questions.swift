import SECL

/// The rules about one type of event.
final class Questions {
  private let questions: [RuleSet.Question]
  /// All of them at once; nil if one asks what its own rule is, which is another thing for each.
  private let index: ProgramIndex?
  private var scratch: Scratch?

  init(_ questions: [RuleSet.Question]) {
    self.questions = questions
    let areAlike = questions.allSatisfy { !$0.program.fields.contains { $0.name == "event.rule.tags" } }
    index = areAlike ? ProgramIndex(questions.map(\.program)) : nil
    scratch = index?.makeScratch()
  }

  /// Calls `matched` for each rule that holds, in order. What it changes, later rules see.
  func ask<Event, Scopes>(_ event: ScopedEvent<Event, Scopes>, matched: (Rule) -> Void) {
    guard let index, var scratch else { return askEach(event, matched: matched) }
    // Out of the object while it is used: a copy would be made of it otherwise.
    self.scratch = nil
    index.ask(event, using: &scratch) { matched(questions[$0].rule) }
    self.scratch = scratch
  }

  private func askEach<Event, Scopes>(_ event: ScopedEvent<Event, Scopes>, matched: (Rule) -> Void) {
    var event = event
    for question in questions {
      event.rule = question.rule
      if question.program.holds(in: ReaderContext(event)) { matched(question.rule) }
    }
  }
}
