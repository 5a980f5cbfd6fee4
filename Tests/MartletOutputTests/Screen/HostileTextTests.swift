import MartletModel
import Support
import Testing

@testable import MartletOutput

/// What the watched system may try on whoever looks at it.
struct HostileTextTests {
  private static let attacks = [
    "\u{1b}[2J\u{1b}[H", "\u{1b}]0;owned\u{7}", "a\n   +0.001 $ exec   sh   1 → /bin/true", "\r\u{9b}31m",
    "\u{202e}gpj.exe",
    "\u{2066}x\u{2069}", "\u{feff}\u{200b}", "\u{e0041}\u{e007f}", "\0", "\\x1b\\", "日本語", "e\u{301}\u{301}", "🦀🇫🇷",
    "\u{5e9}\u{5dc}",
    String(repeating: "z", count: 4096), String(repeating: "\u{1b}", count: 255), "\u{338}", "a b", "\"", "",
  ]

  /// One event of each type, every text in it hostile.
  private static func events(_ text: () -> String) -> [Event] {
    var file = FileIdentity.file("/" + text())
    (file.name, file.user, file.group, file.filesystem, file.mountPath) = (text(), text(), text(), text(), text())
    var builder = EventBuilder(comm: text(), path: "/" + text())
    builder.beforeNames = CredentialNames(all: text())
    builder.afterNames = CredentialNames(all: text())
    builder.after = Credentials(user: 7, group: 7, capabilities: 1 << 50 | 5)
    builder.interpreter = file
    builder.target = .image(text(), 7, path: text())
    builder.ancestors = [.image(text(), 6), .image(text(), 5, isFork: true), .image(text(), 4)]
    let exec = builder.exec([text(), text(), text()])
    exec.process.executable = file
    exec.process.tty = text()
    exec.process.container = Container(id: text())
    exec.process.arguments = Arguments(
      argv0: text(), args: [text(), text()], argsTruncated: true, envs: [text(), text()], envsTruncated: true)
    return [
      builder.fork(), exec, builder.exit(status: 139), builder.open(file, flags: .max), builder.signal(9, to: 7),
      builder.chdir(text()), builder.event(.setuid, .credentials), builder.event(.setgid, .credentials),
      builder.event(.capset, .credentials),
      builder.event(.setxattr, .change(.init(file: file, attribute: text()))),
      builder.event(.rename, .change(.init(file: file, destination: file))),
      builder.event(.splice, .splice(.init(file: file, entryFlag: .max, exitFlag: .max))),
    ]
  }

  private static func compact(_ event: Event, _ style: ScreenStyle) -> [UInt8] {
    var formatter = CompactFormatter(style: style)
    var output: [UInt8] = []
    formatter.append(event, to: &output)
    return output
  }

  private static func pretty(_ event: Event, _ style: ScreenStyle) -> [UInt8] {
    var formatter = PrettyFormatter(style: style)
    var output: [UInt8] = []
    formatter.append(event, to: &output)
    return output
  }

  /// The columns of the widest line, or `nil` if there is a scalar that no line may have.
  private static func widest(_ output: [UInt8]) -> Int? {
    let text = String(decoding: output, as: UTF8.self).unicodeScalars
    guard text.allSatisfy({ $0 == "\n" || !$0.isDeceptive }) else { return nil }
    return text.split(separator: "\n").map { $0.reduce(0) { $0 + $1.columns } }.max() ?? 0
  }

  @Test(arguments: attacks)
  func `no text breaks out of its line`(attack: String) {
    for event in Self.events({ attack }) {
      for style in [ScreenStyle(color: false), ScreenStyle(color: false, columns: 80)] {
        let compact = Self.compact(event, style)
        #expect(compact.count { $0 == UInt8(ascii: "\n") } == 1 && compact.last == UInt8(ascii: "\n"))
        #expect(Self.widest(compact) != nil)
        #expect(Self.widest(Self.pretty(event, style)) != nil)
      }
    }
  }

  @Test(arguments: attacks)
  func `colours are all that a coloured screen adds`(attack: String) {
    for event in Self.events({ attack }) {
      for format in [Self.compact, Self.pretty] {
        var colored = String(decoding: format(event, .init(color: true, columns: 100)), as: UTF8.self)
        #expect(colored.contains("\u{1b}"))
        for ink in Ink.allCases where ink != .plain { colored = colored.replacing(ink.on, with: "") }
        colored = colored.replacing(Ink.off, with: "")
        #expect(colored == String(decoding: format(event, .init(color: false, columns: 100)), as: UTF8.self))
      }
    }
  }

  @Test func `no line is wider than the screen`() {
    var random = SeededGenerator(seed: 20_241_002)
    for _ in 0..<300 {
      let events = Self.events {
        (0..<Int.random(in: 0...3, using: &random)).map { _ in
          String((Self.attacks.randomElement(using: &random) ?? "").prefix(60))
        }.joined()
      }
      let columns = Int.random(in: 1...160, using: &random)
      for event in events {
        for format in [Self.compact, Self.pretty] {
          let widest = Self.widest(format(event, .init(color: false, columns: columns)))
          #expect(widest.map { $0 <= columns } == true)
        }
      }
    }
  }

  @Test func `escapes and letters are cut whole`() {
    let event = EventBuilder().chdir("/" + String(repeating: "\u{1b}日", count: 90))
    for columns in 60...90 {
      let line = String(decoding: Self.compact(event, .init(color: false, columns: columns)), as: UTF8.self)
      let path = line.drop { $0 != "→" }.dropFirst(2).dropLast()
      let parts = path.split(separator: "…").map { $0.replacing("\\x1b", with: "").replacing("日", with: "") }
      #expect(parts == ["/", ""], "\(line)")
    }
  }
}
