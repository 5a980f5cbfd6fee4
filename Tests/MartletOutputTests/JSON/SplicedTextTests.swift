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
