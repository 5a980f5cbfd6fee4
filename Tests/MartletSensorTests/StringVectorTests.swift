import CMartletABI
import MartletModel
import Support
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

  @Test func `of an environment all names are kept and some values, whatever was read before`() throws {
    let environments = KnownEnvironments(keeping: ["PATH", "A"])
    func cut(_ element: String) -> String {
      guard let equals = element.firstIndex(of: "=") else { return element }
      let name = String(element[..<equals])
      return ["PATH", "A"].contains(name) ? element : name
    }
    let pieces = ["PATH", "A", "B", "PA", "=", "==", "x", "\0", "\0", "\0\0"].map { Array($0.utf8) } + [[0xc3]]
    var random = SeededGenerator(seed: 1)
    for round in 0..<4_000 {
      var bytes = (0..<Int.random(in: 0...8, using: &random)).flatMap { _ in
        pieces[Int.random(in: 0..<pieces.count, using: &random)]
      }
      if round % 100 == 0 { bytes += Array(repeating: UInt8(ascii: "y"), count: 4_090 + round / 100 % 10) + [0] }
      let record = SampleRecord.exec {
        $0.fixed.flags = round % 2 == 0 ? 0 : MARTLET_EXEC_REDACTED.rawValue
        $0.fixed.envs = $0.slice(bytes)
      }
      let plain = try #require(try decode(record).exec)
      let found = try #require(
        try unsafe Activity(
          decoding: Record(record.span.bytes), clock: ClockBase(offset: 0), environments: environments
        ).exec)
      #expect(found.envp == plain.envp.map(cut), "\(bytes)")
      #expect(found.envpTruncated == plain.envpTruncated, "\(bytes)")
    }
  }
}
