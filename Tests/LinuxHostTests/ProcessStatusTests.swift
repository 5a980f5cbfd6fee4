import LinuxHost
import Testing

private func read(_ text: String) -> ProcessStatus? { ProcessStatus(text.utf8Span.span) }

private let shell = """
  Name:\tbash
  Umask:\t0022
  State:\tS (sleeping)
  Tgid:\t8390
  Ngid:\t0
  Pid:\t8392
  PPid:\t3763
  TracerPid:\t0
  Uid:\t1000\t0\t1001\t4294967295
  Gid:\t100\t101\t102\t103
  FDSize:\t64
  Groups:\t4 24 27 \n\
  NStgid:\t8390\t17\t1
  NSpid:\t8392\t19\t3
  NSpgid:\t8390
  NSsid:\t3763
  VmPeak:\t    3060 kB
  CapInh:\t0000000000000000
  CapPrm:\t000001fffeffffff
  CapEff:\t0000000000000400
  CapBnd:\t000001fffeffffff

  """

struct ProcessStatusTests {
  @Test func `the identity of a thread is read`() throws {
    let status = try #require(read(shell))
    #expect(status.tgid == 8390)
    #expect(status.namespaceTGIDs == [8390, 17, 1])
    #expect(status.namespacePIDs == [8392, 19, 3])
    #expect(status.user == .init(real: 1000, effective: 0, saved: 1001, fileSystem: .max))
    #expect(status.group == .init(real: 100, effective: 101, saved: 102, fileSystem: 103))
    #expect(status.permittedCapabilities == 0x1_ff_feff_ffff)
    #expect(status.effectiveCapabilities == 1 << 10)
  }

  @Test(arguments: ["Tgid", "Uid", "Gid", "CapPrm", "CapEff"])
  func `a text without a line that every kernel writes is refused`(key: String) {
    #expect(read(without(key)) == nil)
  }

  @Test func `a kernel without pid namespaces tells no list`() throws {
    #expect(try #require(read(without("NSpid"))).namespacePIDs == [])
    #expect(try #require(read(without("NStgid"))).namespaceTGIDs == [])
  }

  @Test func `the first line of a key counts`() throws {
    let forged = "Tgid:\t1\nUid:\t0\t0\t0\t0\nCapEff:\t0\nNSpid:\t1\n"
    #expect(read(shell + forged) == read(shell))
  }

  @Test(arguments: [
    ("1000\t0\t1001\t4294967295", "1000\t0\t1001"), ("1000\t0\t1001\t4294967295", "1000\t0\t1001\t4294967296"),
    ("1000\t0\t1001\t4294967295", "-1\t0\t0\t0"), ("000001fffeffffff\nCapEff", "1ffffffffffffffff\nCapEff"),
    ("0000000000000400", "0x400"), ("Tgid:\t8390", "Tgid:"),
  ])
  func `a malformed line is refused`(good: String, bad: String) {
    #expect(read(shell.replacing(good, with: bad)) == nil)
  }

  @Test func `a text cut before its last needed line is refused`() throws {
    let end = try #require(shell.ranges(of: "CapEff:\t").first)
    for cut in shell.indices where cut < end.upperBound { #expect(read(String(shell[..<cut])) == nil) }
  }

  private func without(_ key: String) -> String {
    shell.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix(key + ":") }
      .joined(separator: "\n")
  }
}
