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
final class ReplayHost: Host {
  private let reader: RecordingReader
  /// The first answer that was not there; what is resolved after it would be made up.
  private(set) var failure: RecordingError?

  init(_ reader: RecordingReader) { self.reader = reader }

  func answer(_ question: HostQuestion) -> [UInt8]? {
    guard failure == nil else { return nil }
    do throws(RecordingError) {
      guard case .answer(question, let text) = try reader.next() else { throw reader.error(.inconsistent) }
      return text
    } catch {
      failure = error
      return nil
    }
  }
}
