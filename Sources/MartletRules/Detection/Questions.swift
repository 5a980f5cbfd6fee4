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
  private var index: ProgramIndex?
  /// What the index works in.
  private var scratch = Scratch()

  /// - Parameter index: of all of them; without one they are asked one after the other.
  init(_ questions: [RuleSet.Question], index: LateIndex?) {
    self.questions = questions
    lateIndex = index
  }

  /// Calls `matched` for each rule that holds, in order. What it changes, later rules see.
  func ask(_ event: any EventReader, _ scoped: ScopedEvent, matched: (Rule) -> Void) {
    guard let index = index ?? makeIndex() else { return askEach(scoped, matched: matched) }
    index.ask(event, scoped: scoped, using: &scratch) { matched(questions[$0].rule) }
  }

  private func makeIndex() -> ProgramIndex? {
    guard let index = lateIndex?.index else { return nil }
    scratch = index.makeScratch()
    self.index = index
    return index
  }

  private func askEach(_ event: ScopedEvent, matched: (Rule) -> Void) {
    for question in questions {
      if question.program.holds(in: ReaderContext(event.asked(for: question.rule))) { matched(question.rule) }
    }
  }
}
