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
  /// An index, and what it works in.
  private final class Desk {
    let index: ProgramIndex
    var scratch: Scratch

    init(_ index: ProgramIndex) {
      self.index = index
      scratch = index.makeScratch()
    }
  }

  private let questions: [RuleSet.Question]
  private let index: LateIndex?
  private lazy var desk = (index?.index).map(Desk.init)

  /// - Parameter index: of all of them; without one they are asked one after the other.
  init(_ questions: [RuleSet.Question], index: LateIndex?) {
    self.questions = questions
    self.index = index
  }

  /// Calls `matched` for each rule that holds, in order. What it changes, later rules see.
  @_specialize(where Event == LiveEvent, Scopes == LiveScopes)
  func ask<Event, Scopes>(_ event: ScopedEvent<Event, Scopes>, matched: (Rule) -> Void) {
    guard let desk else { return askEach(event, matched: matched) }
    desk.index.ask(event, using: &desk.scratch) { matched(questions[$0].rule) }
  }

  private func askEach<Event, Scopes>(_ event: ScopedEvent<Event, Scopes>, matched: (Rule) -> Void) {
    var event = event
    for question in questions {
      event.rule = question.rule
      if question.program.holds(in: ReaderContext(event)) { matched(question.rule) }
    }
  }
}
