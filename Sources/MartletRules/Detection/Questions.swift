import SECL
import Synchronization

/// The index of the rules about one type of event, made when the first such event comes: most runs see few types.
final class LateIndex: Sendable {
  private let programs: [Program]
  private let made = Mutex<ProgramIndex?>(nil)

  init(_ programs: [Program]) { self.programs = programs }

  var index: ProgramIndex {
    made.withLock { made in
      let index = made ?? ProgramIndex(programs)
      made = index
      return index
    }
  }
}

/// The rules about one type of event.
final class Questions {
  private let questions: [RuleSet.Question]
  private let lateIndex: LateIndex?
  private lazy var index = lateIndex?.index
  private lazy var scratch = index?.makeScratch()

  /// - Parameter index: of all of them; without one they are asked one after the other.
  init(_ questions: [RuleSet.Question], index: LateIndex?) {
    self.questions = questions
    lateIndex = index
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
