import MartletRules
import SECL
import struct Support.SeededGenerator

/// Rules as people write them, and some as nobody does, about few enough values that they often hold.
enum RandomRules {
  /// The variables that rules read.
  static let variables = [
    Variable(name: "count", type: .int), Variable(name: "process.stage", type: .string),
    Variable(name: "seen", type: .bool), Variable(name: "names", type: .strings),
    Variable(name: "process.pids", type: .ints), Variable(name: "net", type: .ip), Variable(name: "nets", type: .ips),
  ]

  /// The event types that rules are about.
  static let eventTypes = ["open", "dns", "connect", "bpf", "exec"]

  private static let own = [
    "open": [
      "open.file.path", "open.file.path", "open.file.name", "open.file.extension", "open.flags", "open.flags",
      "open.retval", "open.file.mode", "open.file.in_upper_layer", "open.syscall.path",
    ],
    "dns": ["dns.question.name", "dns.question.name", "dns.question.type", "dns.id", "network.size"],
    "connect": [
      "connect.addr.ip", "connect.addr.port", "connect.addr.is_public", "connect.addr.hostname", "connect.retval",
    ],
    "exec": [
      "exec.file.name", "exec.file.name", "exec.file.path", "exec.comm", "exec.args", "exec.argv", "exec.argv0",
      "exec.args_flags", "exec.envs", "exec.args_truncated",
    ],
    "bpf": ["bpf.cmd", "bpf.prog.helpers", "bpf.prog.name", "bpf.map.name", "bpf.retval"],
  ]
  private static let common = [
    "process.comm", "process.comm", "process.uid", "process.argv", "process.args", "process.created_at",
    "process.is_kworker", "process.file.path", "process.file.name", "process.parent.created_at", "process.parent.comm",
    "process.user_session.ssh_client_ip", "process.ancestors.length", "process.file.path.length",
  ]
  private static let ofAncestors = ["comm", "comm", "pid", "argv", "file.path", "is_kworker", "created_at"]

  /// The fields that rules about events of `type` read.
  static func fields(of type: String) -> [Field] { fieldsByType[type, default: []] }

  private static let fieldsByType = own.mapValues { own in
    Set(own + common + ofAncestors.map { "process.ancestors.\($0)" }).compactMap {
      Catalogue.shared.field(named: $0)
    }
    .sorted { $0.index < $1.index }
  }

  /// The number of ancestors.
  static let length = Catalogue.shared.field(named: "process.ancestors.length")!

  // MARK: Values

  private static let paths = [
    "", "/", "/etc/passwd", "/etc/shadow", "/etc/ssh/sshd_config", "/etc/ssh/keys/root", "/usr/bin/bash", "/usr/bin/sh",
    "/tmp/a", "/tmp/a.sh", "/tmp/deep/er/a.sh", "/var/log/x", "/var/log/x.1", "/root/.ssh/id_rsa", "/a/b", "/a/a/b",
  ]
  private static let names = [
    "", "a", "sh", "bash", "BASH", "sshd", "nginx", "banana", "abcbc", "id_rsa", "-l", "--version", "a.sh", "x.tar.gz",
    "Example.com", "www.example.COM", "evil.example.com", "é", "STRASSE",
  ]

  static func text(for field: Field, using random: inout SeededGenerator) -> String {
    if field.traits.contains(.extensions) { return ["", ".sh", ".gz"].randomElement(using: &random) ?? "" }
    return (field.traits.contains(.paths) || field.name.hasSuffix("syscall.path") ? paths : names)
      .randomElement(using: &random) ?? ""
  }

  static func number(for field: Field, using random: inout SeededGenerator) -> Int64 {
    field.name.hasSuffix("created_at")
      ? Int64.random(in: 0...20, using: &random) * 1_000_000_000
      : [0, 0, 1, 2, 3, 5, 0o644, 0o4755, 1000, -1, .max, .min].randomElement(using: &random) ?? 0
  }

  static func network(using random: inout SeededGenerator) -> String {
    ["10.1.2.3", "10.0.0.0/8", "192.168.1.1", "::1", "2001:db8::/32", "2001:db8::1", "0.0.0.0/0", "::ffff:10.1.2.3"]
      .randomElement(using: &random) ?? ""
  }

  // MARK: Rules

  /// The text of a rule about events of `type`.
  static func rule(about type: String, using random: inout SeededGenerator) -> String {
    let usesRegister = Int.random(in: 0..<5, using: &random) == 0
    var anchor = own[type, default: []].randomElement(using: &random) ?? ""
    anchor = test(of: anchor, using: &random)
    let rest = expression(type, usesRegister, depth: Int.random(in: 0...3, using: &random), using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return anchor
    case 1: return "\(anchor) || \(rest)"
    default: return "\(anchor) && \(rest)"
    }
  }

  private static func expression(
    _ type: String, _ usesRegister: Bool, depth: Int, using random: inout SeededGenerator
  ) -> String {
    guard depth > 0 else { return leaf(type, usesRegister, using: &random) }
    func part() -> String { expression(type, usesRegister, depth: depth - 1, using: &random) }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return "!(\(part()))"
    case 1: return "(\(part()) || \(part()))"
    case 2: return "\(part()) || \(part())"
    case 3: return "(\(part()) && \(part()))"
    default: return "\(part()) && \(part())"
    }
  }

  private static func leaf(_ type: String, _ usesRegister: Bool, using random: inout SeededGenerator) -> String {
    switch Int.random(in: 0..<12, using: &random) {
    case 0, 1, 2: return test(of: own[type, default: []].randomElement(using: &random) ?? "", using: &random)
    case 3, 4, 5, 6: return test(of: common.randomElement(using: &random) ?? "", using: &random)
    case 7, 8:
      let name = ofAncestors.randomElement(using: &random) ?? ""
      return test(
        of: "process.ancestors.\(name)", as: usesRegister ? "process.ancestors[A].\(name)" : nil, using: &random)
    case 9: return variableTest(using: &random)
    case 10:
      return [
        "process.created_at - process.parent.created_at < 3s", "process.file.name == process.comm",
        "process.argv[0] == \"-l\"", "process.argv[1] != \"\"", "process.comm in process.argv",
        "process.uid in process.ancestors.pid", "%{process.comm.length} > 2",
        "process.comm == \"%{process.file.name}\"",
        "process.uid + 1 == process.ancestors.length", "^process.uid & 1 == 0", "-process.uid < 0", "true", "false",
        "process.uid == 1 == true",
      ].randomElement(using: &random) ?? ""
    default:
      return ["${seen}", "!${seen}", "${count} & 1 > 0", "${process.pid} == 1"].randomElement(using: &random) ?? ""
    }
  }

  private static func variableTest(using random: inout SeededGenerator) -> String {
    [
      "${count} > 1", "${count} == process.uid", "process.comm == ${process.stage}", "${process.stage} != \"a\"",
      "process.comm in ${names}", "${names.length} < 2", "process.uid not in ${process.pids}",
      "process.file.name == \"${process.stage}\"", "process.user_session.ssh_client_ip == ${net}",
      "${nets} allin [ 10.0.0.0/8 ]", "process.user_session.ssh_client_ip in ${nets}",
    ].randomElement(using: &random) ?? ""
  }

  /// A test of the field `name`, written as `written`.
  private static func test(of name: String, as written: String? = nil, using random: inout SeededGenerator) -> String {
    guard let field = Catalogue.shared.field(named: name) else { return "false" }
    let written = written ?? name
    func one(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
    switch field.type.element {
    case .bool: return one([written, "!\(written)", "\(written) == true", "\(written) != true"])
    case .int:
      if name.hasSuffix("created_at") {
        return "\(written) \(one(["<", "<=", ">", ">="])) \(Int.random(in: 0...15, using: &random))s"
      }
      func number() -> String {
        String(Self.number(for: field, using: &random)).replacing("-9223372036854775808", with: "-7")
      }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: return "\(written) & \(one(["1", "3", "0444", "04000"])) \(one(["> 0", "== 0", "== 1", "!= 0"]))"
      case 1: return "\(written) \(one(["in", "not in"])) [ \(number()), \(number()), \(number()) ]"
      case 2: return "\(written) \(one(["<", ">", "<=", ">="])) \(number())"
      default: return "\(written) \(one(["==", "==", "!="])) \(number())"
      }
    case .ip:
      switch Int.random(in: 0..<3, using: &random) {
      case 0: return "\(written) \(one(["==", "!="])) \(network(using: &random))"
      case 1: return "\(written) \(one(["in", "not in"])) [ \(network(using: &random)), \(network(using: &random)) ]"
      default: return "\(written) in 10.0.0.0/8"
      }
    default:
      switch Int.random(in: 0..<3, using: &random) {
      case 0:
        let members = (0..<Int.random(in: 1...6, using: &random)).map { _ in literal(for: field, using: &random) }
        return "\(written) \(one(["in", "in", "not in"])) [ \(members.joined(separator: ", ")) ]"
      default: return "\(written) \(one(["==", "==", "!="])) \(literal(for: field, using: &random))"
      }
    }
  }

  private static func literal(for field: Field, using random: inout SeededGenerator) -> String {
    let text = Self.text(for: field, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0, 1: return "~\"\(pattern(of: text, isPath: field.traits.contains(.paths), using: &random))\""
    case 2 where !field.traits.contains(.paths): return "r\"\(regexp(of: text, using: &random))\""
    default: return "\"\(text)\""
    }
  }

  /// The text with stars for some of its parts.
  private static func pattern(of text: String, isPath: Bool, using random: inout SeededGenerator) -> String {
    var bytes = Array(text.utf8.filter { $0 < 0x80 })
    for _ in 0..<Int.random(in: 1...2, using: &random) {
      let start = Int.random(in: 0...bytes.count, using: &random)
      let end = Int.random(in: start...min(bytes.count, start + 6), using: &random)
      bytes.replaceSubrange(start..<end, with: [UInt8(ascii: "*")])
    }
    var pattern = String(decoding: bytes, as: UTF8.self).replacing("**", with: "*")
    if isPath, Int.random(in: 0..<2, using: &random) == 0 {
      var elements = pattern.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      if elements.count > 1 {
        elements[Int.random(in: 1..<elements.count, using: &random)] = "**"
        pattern = elements.joined(separator: "/")
      } else {
        pattern = "**/" + pattern
      }
    }
    return pattern
  }

  private static func regexp(of text: String, using random: inout SeededGenerator) -> String {
    let text = text.isEmpty ? "x" : text
    return [
      text, "^\(text)", "\(text)$", "(?i)\(text)", ".*\(text.dropFirst()).*", "(\(text)|nginx)", "\(text.prefix(2)).",
      "[a-c]+", "^$", "\\.", "(?i)strasse|sshd",
    ].randomElement(using: &random) ?? ""
  }
}
