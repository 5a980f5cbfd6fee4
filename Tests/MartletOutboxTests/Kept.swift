import Foundation
import MartletOutbox
import Support

/// What stands in an outbox.
struct Kept {
  var sequences: [UInt64] = []
  var texts: [String] = []
  /// Bytes behind the last frame of a segment.
  var rest = 0

  init(in directory: String) throws {
    for first in fileNames(in: directory).compactMap(SegmentHeader.first(ofFile:)).sorted() {
      let bytes = try [UInt8](Data(contentsOf: URL(filePath: "\(directory)/\(SegmentHeader.name(first: first))")))
      guard let header = SegmentHeader(bytes.rawSpan) else {
        rest += bytes.count
        continue
      }
      guard header.first == first else { throw Failure("segment \(first) says that it is \(header.first)") }
      var offset = SegmentHeader.size
      while case .event(let text, let sequence) = Frame.find(in: bytes.rawSpan, at: offset) {
        sequences.append(sequence)
        texts.append(String(decoding: bytes[text], as: UTF8.self))
        offset = text.upperBound
      }
      rest += bytes.count - offset
    }
  }

  /// Whether the numbers have no gap.
  var isGapless: Bool { zip(sequences, sequences.dropFirst()).allSatisfy { $0 + 1 == $1 } }
}

/// A store that expectations can speak of: their macros take only what can be copied.
final class SharedStore {
  private var store: SegmentStore

  init(_ configuration: OutboxConfiguration) throws { store = try .open(configuration) }

  /// Appends texts and returns how many are kept.
  @discardableResult
  func append(_ texts: String...) -> Int { append(texts) }

  @discardableResult
  func append(_ texts: [String]) -> Int {
    var batch = FrameBatch()
    for text in texts { batch.append { $0(Array(text.utf8).rawSpan) } }
    return store.append(&batch)
  }

  @discardableResult
  func reclaim() -> Bool { store.reclaim() }

  var next: UInt64 { store.next }
  var oldest: UInt64 { store.oldest }
  var size: Int { store.size }
  var doubtedCursors: Int { store.doubtedCursors }
  var segmentCount: Int { store.segmentCount }
  var losses: OutboxLosses { store.losses }
  var failure: Int32? { store.failure }
}
