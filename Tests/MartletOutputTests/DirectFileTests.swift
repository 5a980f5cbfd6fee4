import Foundation
import Glibc
import Testing

@testable import MartletOutput

struct DirectFileTests {
  /// On a disk, and in memory, where not every kernel has direct writes.
  @Test(arguments: [NSTemporaryDirectory(), "/dev/shm"])
  func `a file holds what was written, whatever the pieces`(folder: String) throws {
    let path = "\(folder)/martlet-direct-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    defer { unsafe unlink(path) }
    var expected: [UInt8] = []
    var seed: UInt8 = 0
    do {
      var file = try open(path)
      for round in 0..<200 {
        // Lengths around a block and around the buffer; a flush now and then, in the middle of a block.
        let length = [1, 17, 4095, 4096, 4097, 70_000, 1 << 20, (1 << 20) + 1][round % 8]
        seed &+= 31
        let piece = (0..<length).map { UInt8(truncatingIfNeeded: $0) &+ seed }
        #expect(unsafe file.append(piece.span.bytes) == nil)
        expected += piece
        if round % 3 == 0 {
          #expect(file.flush() == nil)
          if round % 30 == 0 { #expect(try contents(path) == expected) }
        }
      }
      #expect(file.flush() == nil)
    }
    #expect(try contents(path) == expected)
  }

  @Test func `a write that fails is told`() throws {
    let path = NSTemporaryDirectory() + "/martlet-direct-\(getpid())-closed"
    defer { unsafe unlink(path) }
    try Data().write(to: URL(filePath: path))
    let descriptor = unsafe Glibc.open(path, O_RDONLY)
    try #require(descriptor >= 0)
    var file = DirectFile(descriptor: descriptor, path: "/nowhere")
    #expect(unsafe file.append([1].span.bytes) == nil)
    #expect(file.flush() == EBADF)
  }

  private func open(_ path: String) throws -> DirectFile {
    let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    return DirectFile(descriptor: descriptor, path: path)
  }

  private func contents(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}
