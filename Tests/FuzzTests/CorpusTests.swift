import Foundation
import FuzzReaders
import Testing

/// What is kept for the fuzzers is read without any, so that what they feed goes on being built, and what they found stays mended.
@Suite
struct CorpusTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fuzz/corpus").standardizedFileURL

  private static func files(of reader: String) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: corpus.appending(path: reader), includingPropertiesForKeys: nil)
  }

  @Test func `each reader has a corpus, and each corpus a reader`() throws {
    #expect(Set(try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path())) == Set(readers.keys))
    for name in readers.keys { #expect(try !Self.files(of: name).isEmpty, "\(name)") }
  }

  @Test(.timeLimit(.minutes(2)), arguments: readers.keys.sorted())
  func `what is kept for a reader, whole, cut and changed, is read to its end`(name: String) throws {
    let read = try #require(readers[name])
    for file in try Self.files(of: name) {
      var bytes = [UInt8](try Data(contentsOf: file))
      unsafe read(bytes.span.bytes)
      let half = Array(bytes.prefix(bytes.count / 2))
      unsafe read(half.span.bytes)
      for index in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 16)) {
        bytes[index] ^= 0xff
        unsafe read(bytes.span.bytes)
      }
    }
  }
}
