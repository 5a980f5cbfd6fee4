/// Rules in the shapes that policies have, in about the shares they have them; most are about one file, folder or
/// program each, one in four is of a kind that an index finds hard: negations and flags only, numbers, regular
/// expressions, ancestors.
enum GeneratedRules {
  static func rules(count: Int, about type: String, using random: inout Seeded) -> [String] {
    (0..<count).map { number in rule(number, type, using: &random) }
  }

  private static func rule(_ number: Int, _ type: String, using random: inout Seeded) -> String {
    let file = type == "open" ? "open.file" : "exec.file"
    func some(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &random) }
    func quiet() -> String {
      [
        "process.file.path not in [ \"/usr/bin/dpkg\", \"/usr/bin/apt\", ~\"/opt/agent\(some(5))/**\" ]",
        "process.comm != \"puppet\"", "process.uid != \(some(3))", "process.container.id == \"\"",
        "!process.is_kworker", "process.ancestors.file.name not in [ \"ansible\", \"chef-client\" ]",
      ].randomElement(using: &random)!
    }
    let how = type == "open" ? "open.flags & (O_CREAT|O_RDWR|O_WRONLY) > 0" : "exec.uid == 1000"
    let subject =
      switch number % 20 {
      case 0..<5: "\(file).path in [ \(paths(Int.random(in: 1...5, using: &random), using: &random)) ]"
      case 5, 6: "\(file).path in [ ~\"/etc/app\(some(4_000))/**\", ~\"/opt/app\(some(4_000))/*/bin/**\" ]"
      case 7: "\(file).path =~ \"/home/*/.config/tool\(some(4_000))/*\""
      case 8: "\(file).path =~ \"**/secret\(some(4_000)).pem\""
      case 9: "\(file).name =~ \"*.ext\(some(4_000))\""
      case 10, 11: "\(file).name in [ \"tool\(some(9_000))\", \"kit\(some(9_000))\" ]"
      case 12: "\(file).name =~ \"*miner\(some(4_000))*\""
      case 13, 14:
        "process.file.path == \"/usr/sbin/daemon\(some(4_000))\" && \(file).path not in [ ~\"/var/lib/**\" ]"
      case 15: "process.comm in [ \"svc\(some(4_000))\", \"job\(some(4_000))\" ]"
      case 16: "process.args =~ r\"(curl|wget) .*host\(some(4_000))[.](com|net)\""
      case 17: "process.ancestors.file.path == \"/usr/sbin/server\(some(4_000))\""
      case 18:
        type == "open"
          ? "open.flags & \(["O_TRUNC", "O_EXCL", "O_APPEND", "O_DIRECT"].randomElement(using: &random)!) > 0 && open.retval == 0 && open.file.mode & \(["S_ISUID", "S_ISGID", "S_IXOTH"].randomElement(using: &random)!) > 0"
          : "exec.uid < \(some(900)) && process.tty_name != \"\" && exec.args_truncated"
      default: "\(type == "open" ? "open.file.uid" : "exec.uid") == \(2_000 + some(9_000))"
      }
    return "\(subject) && \(how) && \(quiet()) && \(quiet())"
  }

  private static func paths(_ count: Int, using random: inout Seeded) -> String {
    (0..<count).map { _ in
      let number = Int.random(in: 0..<20_000, using: &random)
      return ["\"/etc/app\(number)/config.yaml\"", "\"/usr/bin/tool\(number)\"", "\"/var/run/socket\(number)\""]
        .randomElement(using: &random)!
    }
    .joined(separator: ", ")
  }
}
