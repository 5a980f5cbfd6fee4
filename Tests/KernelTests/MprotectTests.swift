import Glibc
import Support
import Testing

@Suite(.kernel)
struct MprotectTests {
  private func trace(_ words: [String]) throws -> Trace { try Trace(words, options: ["--events", "mprotect"]) }

  private func address(_ value: Int64) -> String { "0x" + String(value, radix: 16) }

  /// Fresh private memory that may be read and written, in the kernel's flags.
  private let writable = "VM_ACCOUNT | VM_MAYEXEC | VM_MAYREAD | VM_MAYWRITE | VM_READ |( VM_SOFTDIRTY \\|)? VM_WRITE"

  @Test(arguments: [("5", "VM_EXEC | VM_READ"), ("0", ""), ("7", "VM_EXEC | VM_READ | VM_WRITE")])
  func `a change tells the area as it was and what was asked for`(protection: String, asked: String) throws {
    let words = ["mprotect", protection, "4", "1", "2"]
    let trace = try trace(words)
    let start = address(try trace.value("start"))
    let event = try #require(trace.events("mprotect").last)
    expect(
      event,
      .event(
        "mprotect", "Kernel Activity", process: try .actor(trace, words),
        [
          "mprotect": [
            "vm_start": Pattern(start), "vm_end": Pattern(address(try trace.value("end"))),
            "vm_protection": .matching("^" + writable.replacing(" | ", with: " \\| ") + "$"),
            "req_protection": Pattern(asked),
          ]
        ]))
  }

  @Test func `a change that fails tells so, and no area where the kernel looked at none`() throws {
    let trace = try trace(["mprotect-others"])
    let events = Array(trace.events("mprotect").suffix(5))
    try #require(events.count == 5)
    let none: Pattern = ["vm_start": "0x0", "vm_end": "0x0", "vm_protection": "", "req_protection": ""]
    #expect(try trace.value("unaligned") == Int64(EINVAL) && trace.value("unmapped") == Int64(ENOMEM))
    #expect(try trace.value("refused") == Int64(EACCES) && trace.value("empty") == 0)
    #expect(events.map { $0["evt"]["outcome"].string } == ["Error", "Error", "Refused", "Success", "Success"])
    for index in [0, 1, 3] { expect(events[index]["mprotect"], none) }
    expect(
      events[2]["mprotect"],
      [
        "vm_start": Pattern(address(try trace.value("shared"))),
        "vm_end": Pattern(address(try trace.value("shared") + 4096)),
        "vm_protection": .matching("^VM_MAYEXEC .* VM_READ"), "req_protection": "VM_READ | VM_WRITE",
      ])
  }

  @Test func `pkey_mprotect is the same to it`() throws {
    let trace = try trace(["mprotect-others"])
    #expect(try trace.value("pkey") == 0)
    let event = try #require(trace.events("mprotect").last)
    expect(event["mprotect"]["vm_start"], Pattern(address(try trace.value("start"))))
    expect(event["mprotect"]["req_protection"], "VM_EXEC | VM_READ")
  }

  @Test func `a thread is told by its id`() throws {
    let trace = try trace(["memory-thread"])
    let event = try #require(
      trace.events("mprotect").last { $0["mprotect"]["req_protection"] == .string("VM_EXEC | VM_READ") })
    expect(event["process"]["tid"], Pattern(try trace.value("tid")))
    expect(event["process"]["pid"], Pattern(try trace.pid))
  }

  #if arch(x86_64)
    @Test func `the call of a 32-bit program is seen`() throws {
      let place = try Workplace()
      let trace = try trace(["mmap-compat", try place.file("data", String(repeating: "x", count: 8192))])
      #expect(try trace.value("mprotect") == 0)
      let event = try #require(trace.events("mprotect").last)
      expect(event["mprotect"]["vm_start"], Pattern(address(try trace.value("mmap2"))))
      expect(event["mprotect"]["req_protection"], "VM_EXEC | VM_READ")
    }
  #endif
}
