import LinuxHost
import Testing

struct ArgumentVectorTests {
  @Test(
    arguments: [
      ("", []), ("\0", []), ("\0\0\0", []), ("a", ["a"]), ("a\0", ["a"]), ("ls\0-l\0/tmp\0", ["ls", "-l", "/tmp"]),
      ("a b\0\0c\n\0", ["a b", "", "c\n"]), ("\0a\0", ["", "a"]),
      ("sshd: root [priv]\0\0\0\0\0", ["sshd: root [priv]"]),
      ("A=1\0B=\0=\0", ["A=1", "B=", "="]), ("ä\0😀", ["ä", "😀"]),
    ] as [(String, [String])])
  func `strings are separated by NULs`(text: String, strings: [String]) {
    #expect([String](nulSeparated: text.utf8Span.span) == strings)
  }

  @Test func `invalid UTF-8 is repaired in its own string`() {
    let bytes: [UInt8] = [0x61, 0xff, 0x62, 0, 0xc3, 0, 0x63]
    #expect([String](nulSeparated: bytes.span) == ["a\u{FFFD}b", "\u{FFFD}", "c"])
  }
}
