import Glibc
import MartletModel
import MartletSchema
import Testing

@testable import MartletAgent
@testable import MartletOutput

/// A file of whole blocks and of lines that come one by one.
struct DirectFileTests {
  private let path = "/tmp/martlet-direct-\(getpid())-\(UInt64.random(in: 0 ... .max))"

  private func descriptor() -> Int32 { unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }

  private func content() -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: Int(lseek(file, 0, SEEK_END)))
    return unsafe pread(file, &bytes, bytes.count, 0) == bytes.count ? bytes : []
  }

  /// A line with a long text that stands in it by reference, as an event's process does.
  private func lines(_ number: Int, long text: KeptText) -> SplicedText {
    var lines = SplicedText()
    lines.own.beginObject()
    lines.own.member(File.Key.inode, JSONInteger(UInt64(number)))
    lines.rendered(text)
    lines.own.endObject()
    lines.own.newline()
    return lines
  }

  private func text(of size: Int) -> KeptText {
    var writer = JSONWriter()
    writer.member(File.Key.path, String(repeating: "x", count: size))
    return KeptText(writer)
  }

  @Test(arguments: [1, 7, 400]) func `all lines are in the file, in order, however often it is flushed`(every: Int)
    throws
  {
    defer { unsafe _ = unlink(path) }
    let file = try #require(DirectFile(descriptor: descriptor()))
    var expected: [UInt8] = []
    for number in 0..<1_500 {
      let lines = lines(number, long: text(of: number * 37 % 19_000))
      lines.append(to: &expected)
      file.take(lines, count: 1)
      if number % every == 0 { file.flush() }
    }
    file.finish()
    #expect(file.failure == nil)
    #expect(expected.count > 12 << 20)
    #expect(content() == expected)
  }

  @Test func `lines that come one by one are in the file after the flush`() throws {
    defer { unsafe _ = unlink(path) }
    let file = try #require(DirectFile(descriptor: descriptor()))
    var expected: [UInt8] = []
    for number in 0..<20 {
      let lines = lines(number, long: text(of: 900))
      lines.append(to: &expected)
      file.take(lines, count: 1)
      file.flush()
      #expect(content() == expected)
    }
  }

  @Test func `a file that cannot be written ends the output`() throws {
    defer { unsafe _ = unlink(path) }
    close(descriptor())
    let file = try #require(DirectFile(descriptor: unsafe open(path, O_RDONLY | O_CLOEXEC)))
    file.take(lines(1, long: text(of: 900)), count: 1)
    #expect(file.failure == nil)
    file.flush()
    #expect(file.failure == EBADF)
  }

  @Test func `a block that cannot be written is told once it has been tried`() throws {
    var ends: [Int32] = [-1, -1]
    #expect(unsafe pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let writer = try #require(BlockWriter(descriptor: ends[1]))
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 4096)
    defer { unsafe block.deallocate() }
    unsafe block.initializeMemory(as: UInt8.self, repeating: 1)
    #expect(writer.settle() == nil)
    unsafe writer.begin(UnsafeRawBufferPointer(block), at: 0)
    #expect(writer.settle() == ESPIPE)
    writer.close()
  }

  @Test func `what is no regular file is written otherwise`() {
    let null = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(null) }
    #expect(DirectFile(descriptor: null) == nil)
  }
}
