import CMartletABI
import Testing

@testable import MartletSensor

struct StringVectorTests {
  private func argv(_ bytes: [UInt8]) throws -> (argv: [String], isTruncated: Bool) {
    let exec = try #require(try decode(SampleRecord.exec { $0.fixed.args = $0.slice(bytes) }).exec)
    return (exec.argv, exec.argvTruncated)
  }

  @Test(arguments: [
    ("", []), ("\0", [""]), ("a\0", ["a"]), ("a\0b\0", ["a", "b"]), ("a\0\0b\0\0", ["a", "b"]),
    ("\0\0a\0", ["", "a"]), ("\0a\0\0", ["", "a"]), ("a b\0ä\0", ["a b", "ä"]),
  ])
  func `strings end with a NUL, and empty ones are dropped but for the first`(bytes: String, strings: [String]) throws {
    let found = try argv(Array(bytes.utf8))
    #expect(found.argv == strings)
    #expect(!found.isTruncated)
  }

  @Test(arguments: [("a", ["a..."]), ("a\0b", ["a", "b..."]), ("\0b", ["", "b..."])])
  func `a last string without its NUL was cut`(bytes: String, strings: [String]) throws {
    let found = try argv(Array(bytes.utf8))
    #expect(found.argv == strings)
    #expect(found.isTruncated)
  }

  @Test(arguments: [(4095, false), (4096, false), (4097, true), (60_000, true)])
  func `a string of more than 4 KiB is cut there`(length: Int, isCut: Bool) throws {
    let long = String(repeating: "x", count: length)
    let found = try argv(Array("a\0\(long)\0b\0".utf8))
    #expect(found.argv == ["a", isCut ? String(repeating: "x", count: 4096) + "..." : long, "b"])
    #expect(found.isTruncated == isCut)
  }

  @Test func `bytes that are no text are repaired`() throws {
    #expect(try argv([0x61, 0xc3, 0, 0xff, 0]).argv == ["a\u{fffd}", "\u{fffd}"])
  }

  @Test(arguments: [
    (MARTLET_EXEC_ARGS_TRUNCATED, true, false), (MARTLET_EXEC_ENVS_TRUNCATED, false, true),
  ])
  func `the probe's word that a vector was cut is kept`(flag: martlet_exec_flag, argv: Bool, envp: Bool) throws {
    let record = SampleRecord.exec {
      $0.fixed.flags = flag.rawValue
      $0.fixed.args = $0.strings("a")
      $0.fixed.envs = $0.strings("A=1")
    }
    let exec = try #require(try decode(record).exec)
    #expect(exec.argvTruncated == argv)
    #expect(exec.envpTruncated == envp)
  }
}
