import LinuxHost
import Testing

private func read(_ text: String) -> ProcessStat? { ProcessStat(text.utf8Span.span) }

/// A line like the kernel's, with this name and these fields 3 to 9.
private func line(name: String = "cat", fields: String = "R 8390 8390 3763 34816 -1 4194304") -> String {
  "8396 (\(name)) \(fields) 98 0 0 0 0 0 0 0 20 0 1 0 96486 3133440 356 18446744073709551615 94434885824512\n"
}

struct ProcessStatTests {
  @Test func `the fields of a process are read`() throws {
    let stat = try #require(read(line()))
    #expect(stat.pid == 8396)
    #expect(stat.comm == "cat")
    #expect(stat.parent == 8390)
    #expect(stat.processGroup == 8390)
    #expect(stat.session == 3763)
    #expect(stat.terminal == DeviceNumber(major: 136, minor: 0))
    #expect(!stat.isKernelThread)
    #expect(stat.startTicks == 96486)
  }

  @Test func `a kernel thread is told by its flags`() throws {
    let text = """
      2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 30 0 0 18446744073709551615 0 0 0 0 0 0 0 2147483647 \
      0 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0

      """
    let stat = try #require(read(text))
    #expect(stat.isKernelThread)
    #expect(stat.parent == 0)
    #expect(stat.startTicks == 30)
    #expect(stat.terminal == DeviceNumber(major: 0, minor: 0))
  }

  @Test(arguments: [
    "a b", "(sd-pam)", ") R 1 1 1 0 -1", "a) (b", "two\nlines", "", "tab\there", "Web Content", ")))))))))))))))",
    "ünïcödé",
  ])
  func `a name may hold anything`(name: String) throws {
    let stat = try #require(read(line(name: name)))
    #expect(stat.comm == name)
    #expect(stat.parent == 8390)
    #expect(stat.startTicks == 96486)
  }

  @Test func `a name that is not UTF-8 is repaired`() throws {
    var bytes = Array(line(name: "x").utf8)
    bytes[6] = 0xff
    #expect(ProcessStat(bytes.span)?.comm == "\u{FFFD}")
  }

  @Test func `a text that ends before the start time is refused`() throws {
    let text = line()
    let start = try #require(text.ranges(of: "96486").first)
    for cut in text.indices where cut <= start.lowerBound { #expect(read(String(text[..<cut])) == nil) }
    #expect(read(String(text[..<start.upperBound]))?.startTicks == 96486)
  }

  @Test(arguments: [
    "", "(", ")", ")(", "1 ()", "1 (a) S", "x (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 5",
    "99999999999 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 5",
    "1 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 18446744073709551616",
    "1 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 0 0 0 0 -5",
  ])
  func `what is not a stat line is refused`(text: String) {
    #expect(read(text) == nil)
  }

  @Test func `a terminal beyond the positive numbers is read as its bits`() throws {
    let stat = try #require(read(line(fields: "S 1 1 1 -2147448832 -1 0")))
    #expect(stat.terminal == DeviceNumber(major: 136, minor: 0x80000))
  }
}

struct DeviceNumberTests {
  @Test(
    arguments: [
      (0, nil), (34816, "pts0"), (34819, "pts3"), (34816 + 255, "pts255"),
      // Minor numbers above 255 keep their high bits above the major number.
      (34816 | 1 << 20, "pts256"), (34816 | 1 << 20 | 44, "pts300"),
      (137 << 8 | 2, "pts258"), (143 << 8 | 255, "pts2047"), (135 << 8, nil), (144 << 8, nil),
      (4 << 8, "tty0"), (4 << 8 | 1, "tty1"), (4 << 8 | 63, "tty63"), (4 << 8 | 64, "ttyS0"), (4 << 8 | 67, "ttyS3"),
      (5 << 8 | 1, "console"), (5 << 8, nil), (5 << 8 | 2, nil), (1 << 8 | 3, nil), (UInt32.max, nil),
    ] as [(UInt32, String?)])
  func `a terminal is called as the kernel calls it`(encoded: UInt32, name: String?) {
    #expect(DeviceNumber(encoded: encoded).terminalName == name)
  }

  @Test func `numbers that no kernel has do not overflow`() {
    #expect(DeviceNumber(major: 143, minor: .max).terminalName == "pts4294969087")
    #expect(DeviceNumber(major: 4, minor: .max).terminalName == "ttyS4294967231")
  }
}
