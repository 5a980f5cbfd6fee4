import MartletContext

/// Answers from the live host, and keeps the answers in a recording.
final class RecordingHost: Host {
  private let live: any Host
  private let writer: RecordingWriter

  init(_ live: any Host, writer: RecordingWriter) {
    self.live = live
    self.writer = writer
  }

  func answer(_ question: HostQuestion) -> [UInt8]? {
    let text = live.answer(question)
    writer.append(.answer(question, text))
    return text
  }
}

/// Gives the answers of a recording again, each where it was given.
///
/// What rules wanted to know is different: a replay with other rules asks for more, for less or for the same later. So
/// those answers are kept as they pass, and where there is none nothing is known.
final class ReplayHost: Host {
  private let reader: RecordingReader
  /// The first answer that was not there; what is resolved after it would be made up.
  private(set) var failure: RecordingError?
  private var answersToRules: [HostQuestion: [UInt8]] = [:]

  /// Answers to rules that are kept; when one more comes, all are forgotten.
  private static let capacity = 10_000

  init(_ reader: RecordingReader) { self.reader = reader }

  func answer(_ question: HostQuestion) -> [UInt8]? {
    guard failure == nil else { return nil }
    do throws(RecordingError) {
      if question.isOfRules { return try answerToRule(question) }
      while case .answer(let asked, let text) = try reader.next() {
        if asked == question { return text }
        guard asked.isOfRules else { break }
        keep(text, to: asked)
      }
      throw reader.error(.inconsistent)
    } catch {
      failure = error
      return nil
    }
  }

  /// Keeps an answer to a rule that this replay does not ask, or not yet.
  func keep(_ text: [UInt8]?, to question: HostQuestion) {
    if answersToRules.count >= Self.capacity { answersToRules.removeAll(keepingCapacity: true) }
    answersToRules[question] = text
  }

  private func answerToRule(_ question: HostQuestion) throws(RecordingError) -> [UInt8]? {
    while case .answer(let asked, let text) = try reader.peek(), asked.isOfRules {
      _ = try reader.next()
      keep(text, to: asked)
      if asked == question { return text }
    }
    return answersToRules[question]
  }
}
