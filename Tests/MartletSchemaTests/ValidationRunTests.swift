import MartletSchema
import Testing

struct ValidationRunTests {
  private static let valid = #"{"agent":{"rule_id":"r"},"title":""}"#

  @Test(arguments: [1, 2, 7, 31, 32, 33, 1000])
  func `lines are told apart however the stream is cut`(size: Int) {
    let text = "\(Self.valid)\n\n{}\r\n  \t\n\(Self.valid)\n{\"title\":\"\"}"
    let (found, summary) = validate(Array(text.utf8), inPiecesOf: size)
    #expect(found == ["3: /agent", "3: /title", "6: /agent"])
    #expect(summary.documents == 4)
    #expect(summary.invalid == 2)
    #expect(summary.violations == 3)
    #expect(summary.bytes == text.utf8.count)
  }

  @Test(arguments: [1 << 20, 1 << 26])
  func `a line over the limit is one violation, and the next line is read again`(size: Int) {
    let most = ValidationRun.lineLimit - Self.valid.utf8.count
    let longest = Self.valid + String(repeating: " ", count: most)
    let text = "\(longest)\n\(longest) \n{}\n\(longest) "
    let (found, summary) = validate(Array(text.utf8), inPiecesOf: size)
    #expect(found == ["2: ", "3: /agent", "3: /title", "4: "])
    #expect(summary.documents == 4)
    #expect(summary.invalid == 3)
  }

  @Test func `nothing is no event`() {
    let (found, summary) = validate([], inPiecesOf: 1)
    #expect(found == [])
    #expect(summary == ValidationRun.Summary())
  }

  private func validate(_ text: [UInt8], inPiecesOf size: Int) -> ([String], ValidationRun.Summary) {
    var run = ValidationRun()
    var found: [String] = []
    var start = 0
    while start < text.count {
      let piece = Array(text[start..<min(start + size, text.count)])
      unsafe run.validate(piece.span.bytes) { line, violation in found.append("\(line): \(violation.pointer)") }
      start += size
    }
    run.finish { line, violation in found.append("\(line): \(violation.pointer)") }
    return (found, run.summary)
  }
}
