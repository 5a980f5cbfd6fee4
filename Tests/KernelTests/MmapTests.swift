import Glibc
import Support
import Testing

@Suite(.kernel)
struct MmapTests {
  let place: Workplace
  let file: String

  init() throws {
    place = try Workplace()
    file = try place.file("data", String(repeating: "x", count: 3 * 4096))
  }

  private func trace(_ words: [String]) throws -> Trace { try Trace(words, options: ["--events", "mmap"]) }

  private func address(_ value: Int64) -> String { "0x" + String(value, radix: 16) }

  /// The only mapping at an address that the actor told.
  private func mapping(_ trace: Trace, at name: String) throws -> JSON {
    let address = address(try trace.value(name))
    // The last: what the loader had mapped there is gone.
    return try #require(trace.events("mmap").last { $0["mmap"]["address"].string == address })
  }

  @Test func `a mapping of a file tells where, what and how`() throws {
    let words = ["mmap", file, "8192", "3", "2", "4096"]
    let trace = try trace(words)
    expect(
      try mapping(trace, at: "address"),
      .event(
        "mmap", "Kernel Activity", process: try .actor(trace, words),
        [
          "file": try .file(file),
          "mmap": [
            "address": Pattern(address(try trace.value("address"))), "offset": 4096, "length": 8192,
            "protection": "PROT_READ | PROT_WRITE", "flags": "MAP_PRIVATE",
          ],
        ]))
  }

  @Test func `anonymous memory has no file`() throws {
    let words = ["mmap", "-", "4096", "7", "0x22", "0"]
    let trace = try trace(words)
    expect(
      try mapping(trace, at: "address"),
      .event(
        "mmap", "Kernel Activity", process: try .actor(trace, words),
        [
          "mmap": [
            "address": Pattern(address(try trace.value("address"))), "offset": 0, "length": 4096,
            "protection": "PROT_EXEC | PROT_READ | PROT_WRITE", "flags": "MAP_ANONYMOUS | MAP_PRIVATE",
          ]
        ]))
  }

  @Test func `a mapping that failed tells the error in the place of the address`() throws {
    let trace = try trace(["mmap", file, "4096", "1", "2", "1"])
    #expect(try trace.value("error") == Int64(EINVAL))
    let event = try #require(trace.events("mmap").first { $0["evt"]["outcome"].string == "Error" })
    expect(event["mmap"]["address"], Pattern("0x" + String(UInt64(bitPattern: -Int64(EINVAL)), radix: 16)))
    expect(event["mmap"]["offset"], 1)
    expect(event["file"]["path"], Pattern(file))
  }

  @Test func `what stands in for a file is told as the file that was given`() throws {
    let trace = try trace(["mmap-others"])
    #expect(try mapping(trace, at: "shared")["file"].isAbsent)
    expect(try mapping(trace, at: "zero")["file"]["path"], "/dev/zero")
    let memfd = try mapping(trace, at: "memfd")
    expect(memfd["file"]["name"], "memfd:mapped")
    #expect(memfd["file"]["path"].isAbsent)
    expect(memfd["mmap"]["offset"], 4096)
    #expect(try trace.value("closed") == Int64(EBADF))
    let closed = trace.events("mmap").filter { $0["evt"]["outcome"].string == "Error" }
    #expect(closed.count == 1 && closed[0]["file"].isAbsent)
  }

  #if arch(x86_64)
    @Test func `both calls of a 32-bit program are seen`() throws {
      let trace = try trace(["mmap-compat", file])
      for name in ["mmap2", "mmap"] {
        let event = try mapping(trace, at: name)
        expect(event["file"]["path"], Pattern(file))
        expect(event["mmap"]["offset"], 4096)
        expect(event["mmap"]["protection"], "PROT_READ")
      }
    }
  #endif

  @Test func `the loader's mappings are seen, each library with its file`() throws {
    let trace = try trace(["mmap", "-", "4096", "1", "0x22", "0"])
    let libraries = trace.events("mmap").filter { $0["file"]["path"].string?.contains("/libc.so") == true }
    #expect(libraries.contains { $0["mmap"]["protection"].string == "PROT_EXEC | PROT_READ" })
  }

  @Test func `nobody who does not name it sees it`() throws {
    let trace = try Trace(["mmap", file, "4096", "1", "2", "0"])
    #expect(trace.events("mmap").isEmpty && trace.events("mprotect").isEmpty)
  }
}
