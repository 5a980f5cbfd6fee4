import LinuxHost
import Testing

struct BootTimeTests {
  @Test(
    arguments: [
      ("cpu  99 0 88 1 2 0 3\nintr 12 0 btime 5\nctxt 77\nbtime 1795644725\nprocesses 8402\n", 1_795_644_725),
      ("btime 0", 0), ("btime 18446744073709551615\n", .max), ("btime 18446744073709551616\n", nil),
      ("btime\n", nil), ("btime \nprocesses 5\n", nil), ("btime -1\n", nil), ("btimes 1\n", nil), ("", nil),
    ] as [(String, UInt64?)])
  func `the boot time is read`(text: String, seconds: UInt64?) {
    #expect(BootTime(procStat: text.utf8Span.span)?.unixSeconds == seconds)
  }
}
