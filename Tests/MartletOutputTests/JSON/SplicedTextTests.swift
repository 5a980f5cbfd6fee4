import Foundation
import MartletModel
import MartletOutput
import MartletSchema
import Testing

struct SplicedTextTests {
  /// Writes through a pipe, which takes a long text in short pieces, and gives back what came out of it.
  private func piped(_ text: borrowing SplicedText) throws -> (error: Int32?, read: String) {
    let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let (pipe, cat) = (Pipe(), Foundation.Process())
    cat.executableURL = URL(filePath: "/bin/cat")
    cat.standardInput = pipe
    cat.standardOutput = try FileHandle(forWritingTo: file)
    try cat.run()
    let error = text.write(to: pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForWriting.close()
    cat.waitUntilExit()
    return (error, String(decoding: try Data(contentsOf: file), as: UTF8.self))
  }

  @Test(arguments: [1, 2, 400])
  func `what is gathered is what was written`(events: Int) throws {
    var encoder = EventEncoder()
    var text = SplicedText()
    let event = EventBuilder().open(.file("/etc/passwd"))
    for _ in 0..<events {
      encoder.write(event, match: .traced, to: &text)
      text.own.newline()
    }
    let line = event.json + "\n"
    #expect(text.count == line.utf8.count * events)
    #expect(text.text == String(repeating: line, count: events))
    let (error, read) = try piped(text)
    #expect(error == nil && read == text.text)
  }

  @Test func `whole lines that are put behind others, and copies of them, say the same`() {
    var encoder = EventEncoder()
    var all = SplicedText()
    var expected = ""
    for number in 0..<5 {
      var lines = SplicedText()
      for _ in 0...number {
        encoder.write(EventBuilder().open(.file("/etc/\(number)")), match: .traced, to: &lines)
        lines.own.newline()
      }
      expected += lines.text
      let hasRoom = all.hasRoom(for: lines)
      #expect(hasRoom)
      all.append(SplicedText(lines))
    }
    #expect(all.text == expected && all.count == expected.utf8.count)
    // What comes behind them stands as if it had been written there.
    all.own.value("1")
    all.own.newline()
    #expect(all.text == expected + "\"1\"\n")
  }

  @Test func `there is no room for more pieces than one write takes`() {
    var encoder = EventEncoder()
    var all = SplicedText()
    var line = SplicedText()
    encoder.write(EventBuilder().open(.file("/etc/passwd")), match: .traced, to: &line)
    line.own.newline()
    var lines = 0
    while all.hasRoom(for: line), lines < 10_000 {
      all.append(line)
      lines += 1
    }
    var pieces = 0
    unsafe all.forEachPiece { _ in pieces += 1 }
    #expect(lines > 100 && (900...1024).contains(pieces))
  }

  @Test func `a text is full before one write is too small for its pieces`() {
    var encoder = EventEncoder()
    var text = SplicedText()
    var events = 0
    while !text.isFull, events < 10_000 {
      encoder.write(EventBuilder().open(.file("/etc/passwd")), match: .traced, to: &text)
      events += 1
    }
    #expect(events < 1024)
  }

  @Test func `a reader that went away is an error`() throws {
    var text = SplicedText()
    text.own.value("text")
    #expect(text.write(to: -1) == EBADF)
  }
}
