import Support
import Testing

@testable import MartletOutput

struct SafeTextTests {
  private static func safe(_ text: String, quoted: Bool = false) -> (text: String, columns: Int) {
    var bytes: [UInt8] = []
    let columns = SafeText.append(text, quoted: quoted, to: &bytes)
    return (String(decoding: bytes, as: UTF8.self), columns)
  }

  @Test(arguments: [
    ("", "", 0), ("/usr/bin/id", "/usr/bin/id", 11), ("größe", "größe", 5), ("日本", "日本", 4), ("🦀", "🦀", 2),
    ("e\u{301}", "e\u{301}", 1), ("한", "한", 2), ("ｱ", "ｱ", 1), ("Ａ", "Ａ", 2), ("Ж", "Ж", 1),
  ])
  func `harmless text stays and is measured`(text: String, expected: String, columns: Int) {
    #expect(Self.safe(text) == (expected, columns))
  }

  @Test(arguments: [
    ("\u{1b}[2J", #"\x1b[2J"#), ("a\nb\r\tc", #"a\nb\r\tc"#), ("\0\u{7}\u{8}\u{7f}", #"\x00\x07\x08\x7f"#),
    ("\u{9b}31m", #"\u{9b}31m"#), ("\u{85}", #"\u{85}"#), ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#),
    ("gpj.\u{202e}exe", #"gpj.\u{202e}exe"#),
    ("\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}", #"\u{2066}\u{2069}\u{200e}\u{200f}\u{61c}"#),
    ("\u{feff}\u{200b}\u{200d}\u{2060}", #"\u{feff}\u{200b}\u{200d}\u{2060}"#), ("\u{e0041}", #"\u{e0041}"#),
    ("\u{ad}\u{fe0f}\u{3164}\u{180e}", #"\u{ad}\u{fe0f}\u{3164}\u{180e}"#), ("\u{a0}\u{3000}", #"\u{a0}\u{3000}"#),
    ("\u{5d0}1\u{633}", #"\u{5d0}1\u{633}"#), ("\u{fff9}", #"\u{fff9}"#),
    ("\u{e000}\u{10ffff}\u{378}", #"\u{e000}\u{10ffff}\u{378}"#), ("\u{338}/", #"\u{338}/"#),
    ("a" + String(repeating: "\u{301}", count: 5), "a\u{301}\u{301}\u{301}\u{301}" + #"\u{301}"#),
  ])
  func `text that deceives is shown as what it is`(text: String, expected: String) {
    #expect(Self.safe(text).text == expected)
    #expect(Self.safe("/tmp/" + text + "/x").text.hasSuffix("/x"))
  }

  @Test(arguments: [
    (#"\d+"#, #"\d+"#), (#"C:\"#, #"C:\"#), (#"\x1b"#, #"\\x1b"#), (#"\n"#, #"\\n"#), (#"\u{202e}"#, #"\\u{202e}"#),
    (#"\\"#, #"\\\"#), ("\\\u{1b}", #"\\\x1b"#), ("\\\u{200b}", #"\\\u{200b}"#), (#"\""#, #"\""#),
  ])
  func `a backslash is doubled only where it would read as an escape`(text: String, expected: String) {
    #expect(Self.safe(text).text == expected)
  }

  @Test func `no scalar reaches the terminal that it obeys or hides`() {
    // The planes in between have no characters.
    for value in [0...0x1ffff, 0xe0000...0xe01ff, 0x10ff00...0x10ffff].joined()
      as FlattenSequence<[ClosedRange<UInt32>]>
    {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let (text, columns) = Self.safe("a" + String(Character(scalar)))
      let isEscaped = text.dropFirst().hasPrefix("\\") && scalar != "\\"
      let mustBeEscaped =
        value < 0x20 || (0x7f...0x9f).contains(value) || (0x200b...0x200f).contains(value)
        || (0x2028...0x202e).contains(value) || (0x2060...0x206f).contains(value) || value == 0x61c
        || value == 0xfeff || (0xe0000...0xe007f).contains(value)
      if mustBeEscaped { #expect(isEscaped, "U+\(String(value, radix: 16))") }
      if isEscaped { #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) } && columns == text.utf8.count) }
    }
  }

  /// A reader of escapes, to show that nothing is lost.
  private static func read(_ text: String, quoted: Bool) -> String {
    var result = String.UnicodeScalarView()
    var rest = Array(text.unicodeScalars)[...]
    while let first = rest.popFirst() {
      guard first == "\\", let kind = rest.first else {
        result.append(first)
        continue
      }
      switch kind {
      case "\\": result.append(kind)
      case "\"" where quoted: result.append(kind)
      case "n": result.append("\n")
      case "r": result.append("\r")
      case "t": result.append("\t")
      case "x", "u":
        let digits = kind == "x" ? rest.dropFirst().prefix(2) : rest.dropFirst(2).prefix { $0 != "}" }
        let value = UInt32(String(String.UnicodeScalarView(digits)), radix: 16)
        result.append(value.flatMap(Unicode.Scalar.init) ?? "?")
        rest.removeFirst(kind == "x" ? 3 : digits.count + 3)
        continue
      default:
        result.append("\\")
        continue
      }
      rest.removeFirst()
    }
    return String(result)
  }

  @Test(arguments: [false, true])
  func `what comes out tells exactly what went in`(quoted: Bool) {
    let alphabet: [Unicode.Scalar] = [
      "\\", "\\", "x", "u", "n", "{", "}", "1", "b", "\"", "\n", "\u{1b}", "\u{202e}", "é", "\u{301}",
    ]
    var random = SeededGenerator(seed: 7)
    for _ in 0..<20_000 {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...8, using: &random) { scalars.append(alphabet.randomElement(using: &random)!) }
      let text = String(scalars)
      let safe = Self.safe(text, quoted: quoted).text
      #expect(Array(Self.read(safe, quoted: quoted).unicodeScalars) == Array(text.unicodeScalars), "\(safe)")
    }
  }
}
