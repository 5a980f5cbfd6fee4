import Foundation
import MartletOutbox
import Support
import Testing

struct SegmentStoreTests {
  let workplace: Workplace
  let configuration: OutboxConfiguration

  init() throws {
    workplace = try Workplace()
    configuration = OutboxConfiguration(
      directory: workplace["outbox"], cursors: try workplace.directory("cursors"), limit: 1 << 16, sync: .never)
  }

  private func kept() throws -> Kept { try Kept(in: configuration.directory) }

  private func move(_ name: String, to sequence: UInt64) throws {
    var cursor = Cursor()
    cursor.sequence = sequence
    try Data(cursor.slot.bytes).write(to: URL(filePath: "\(configuration.cursors)/\(name).cursor"))
  }

  @Test func `events are kept in order, over restarts`() throws {
    for texts in [["a", "b"], ["c"], ["d", "e", "f"]] {
      let store = try SharedStore(configuration)
      #expect(store.append(texts) == texts.count)
    }
    let kept = try kept()
    #expect(kept.texts == ["a", "b", "c", "d", "e", "f"])
    #expect(kept.sequences == [1, 2, 3, 4, 5, 6])
  }

  @Test func `there is one writer`() throws {
    let store = try SharedStore(configuration)
    let error = #expect(throws: OutboxError.self) { _ = try SharedStore(configuration) }
    #expect(error?.description == "'\(configuration.directory)/lock' is held by another process")
    #expect(store.next == 1)
  }

  @Test func `what a crash left behind the last event is cut away, and nothing else`() throws {
    do {
      let store = try SharedStore(configuration)
      store.append("a", "bb", "ccc")
    }
    let segment = "\(configuration.directory)/\(SegmentHeader.name(first: 1))"
    let whole = try Data(contentsOf: URL(filePath: segment))
    for size in 0...whole.count {
      try whole.prefix(size).write(to: URL(filePath: segment))
      do {
        let store = try SharedStore(configuration)
        let kept = try kept()
        #expect(kept.rest == 0)
        #expect(kept.sequences.count == [57, 75, 94].count { size >= $0 })
        #expect(store.next == UInt64(kept.sequences.count) + 1)
      }
    }
  }

  /// In the header, in a frame's length and checksum, in a text, and in the last frame but one.
  @Test(arguments: [(offset: 20, lost: 0), (57, 1), (62, 1), (73, 1), (76, 1), (57 + 17 * 17 + 16, 1)])
  func `a flipped bit costs the event that it is in, and no number is given twice`(bit: (offset: Int, lost: Int)) throws
  {
    let segment = URL(filePath: "\(configuration.directory)/\(SegmentHeader.name(first: 1))")
    do {
      let store = try SharedStore(configuration)
      store.append(Array(repeating: "a", count: 20))
    }
    var bytes = try Data(contentsOf: segment)
    bytes[bit.offset] ^= 0x40
    try bytes.write(to: segment)
    let store = try SharedStore(configuration)
    #expect(store.next == 21)
    #expect(store.losses[.damaged] == UInt64(bit.lost))
    #expect(store.append("b") == 1)
    #expect(try Data(contentsOf: segment) == bytes, "what is damaged stays for readers")
    #expect(try kept().sequences.last == 21)
  }

  @Test func `no bytes in a segment stop the outbox from being opened`() throws {
    var random = SystemRandomNumberGenerator()
    do {
      let store = try SharedStore(configuration)
      for number in 0..<20 { store.append("event \(number)") }
    }
    let segment = URL(filePath: "\(configuration.directory)/\(SegmentHeader.name(first: 1))")
    let whole = try [UInt8](Data(contentsOf: segment))
    for _ in 0..<500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4) { bytes[.random(in: bytes.indices)] = random.next() }
      try Data(bytes).write(to: segment)
      let store = try SharedStore(configuration)
      #expect(store.append("afterwards") == 1)
      #expect(try kept().texts.last == "afterwards")
      for first in fileNames(in: configuration.directory).compactMap(SegmentHeader.first(ofFile:)) where first != 1 {
        try FileManager.default.removeItem(atPath: "\(configuration.directory)/\(SegmentHeader.name(first: first))")
      }
    }
  }

  @Test func `a full outbox drops the oldest segments, and counts what nobody has read`() throws {
    let store = try SharedStore(configuration)
    for number in 1...1000 { #expect(store.append("\(number) " + String(repeating: "x", count: 1000)) == 1) }
    let kept = try kept()
    #expect(store.size <= configuration.limit)
    #expect(store.size > configuration.limit / 2)
    #expect(kept.isGapless)
    #expect(kept.sequences.last == 1000)
    #expect(kept.sequences.first == store.losses[.dropped] + 1)
    #expect(store.oldest == kept.sequences.first)
  }

  @Test func `a full outbox that refuses the newest keeps the oldest until the sinks have read them`() throws {
    var configuration = configuration
    configuration.whenFull = .refuseNewest
    let store = try SharedStore(configuration)
    var taken = 0
    for number in 1...100 { taken += store.append("\(number) " + String(repeating: "x", count: 1000)) }
    #expect(taken < 70)
    #expect(store.losses[.outboxFull] == UInt64(100 - taken))
    #expect(try kept().sequences == Array(1...UInt64(taken)))

    try move("fast", to: UInt64(taken))
    try move("slow", to: 10)
    let late = "late " + String(repeating: "x", count: 1000)
    #expect(store.append(late) == 1)
    #expect(try kept().sequences.first.map { $0 > 1 && $0 <= 11 } == true)
    #expect(try kept().texts.last == late)
    #expect(store.losses[.dropped] == 0)
  }

  @Test func `what all sinks have read goes, the segment that is written to stays`() throws {
    let store = try SharedStore(configuration)
    for number in 1...20 { store.append("\(number) " + String(repeating: "x", count: 1000)) }
    #expect(!store.reclaim())  // nobody has said that he reads
    try move("one", to: 20)
    #expect(store.reclaim())
    #expect(store.segmentCount == 1)
    #expect(!store.reclaim())
  }

  @Test func `a number that a sink has seen is not given again`() throws {
    try move("sink", to: 41)
    let store = try SharedStore(configuration)
    store.append("a")
    #expect(try kept().sequences == [42])
  }

  @Test func `a cursor that is beyond all events is not believed`() throws {
    do {
      let store = try SharedStore(configuration)
      store.append("a", "b")
    }
    try move("forged", to: Cursor.largest - 1)
    try move("sink", to: 41)
    let store = try SharedStore(configuration)
    #expect(store.next == 42)
    #expect(store.doubtedCursors == 1)
  }

  @Test func `a damaged cursor holds everything`() throws {
    let store = try SharedStore(configuration)
    for number in 1...20 { store.append("\(number) " + String(repeating: "x", count: 1000)) }
    try move("good", to: 20)
    try Data(repeating: 0xff, count: 128).write(to: URL(filePath: "\(configuration.cursors)/bad.cursor"))
    #expect(!store.reclaim())
    #expect(store.oldest == 1)
  }

  @Test func `the newer slot of a cursor counts, the older one if the newer was cut off`() throws {
    var cursor = Cursor()
    var file = [UInt8](repeating: 0, count: Cursor.fileSize)
    for sequence: UInt64 in [7, 8] {
      (cursor.moves, cursor.sequence) = (cursor.moves + 1, sequence)
      file.replaceSubrange(cursor.slot.offset..<cursor.slot.offset + 64, with: cursor.slot.bytes)
    }
    var sequence = Cursor(file.rawSpan)?.sequence
    #expect(sequence == 8)
    file[cursor.slot.offset + 20] ^= 1
    sequence = Cursor(file.rawSpan)?.sequence
    #expect(sequence == 7)
    file.removeLast(98)
    sequence = Cursor(file.rawSpan)?.sequence
    #expect(sequence == nil)
  }
}
