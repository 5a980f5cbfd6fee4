import SECL

/// The rules about one type of event.
final class Questions {
  private let questions: [RuleSet.Question]
  private let index: ProgramIndex?
  private var scratch: Scratch

  /// - Parameter index: of all of them; without one they are asked one after the other.
  init(_ questions: [RuleSet.Question], index: ProgramIndex?) {
    self.questions = questions
    self.index = index
    scratch = (index ?? ProgramIndex([])).makeScratch()
  }

  /// Calls `matched` for each rule that holds, in order. What it changes, later rules see.
  @_specialize(where Event == LiveEvent, Scopes == LiveScopes)
  func ask<Event, Scopes>(_ event: ScopedEvent<Event, Scopes>, matched: (Rule) -> Void) {
    guard let index else { return askEach(event, matched: matched) }
    index.ask(event, using: &scratch) { matched(questions[$0].rule) }
  }

  private func askEach<Event, Scopes>(_ event: ScopedEvent<Event, Scopes>, matched: (Rule) -> Void) {
    var event = event
    for question in questions {
      event.rule = question.rule
      if question.program.holds(in: ReaderContext(event)) { matched(question.rule) }
    }
  }
}
