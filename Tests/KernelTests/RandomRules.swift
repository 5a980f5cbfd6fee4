import Support

/// Rules about what the actor `churn` does in the tree at `root`, in few enough words that they often hold, and often not.
struct RandomRules {
  let root: String
  private var random: SeededGenerator

  init(seed: UInt64, root: String) {
    self.root = root
    random = SeededGenerator(seed: seed)
  }

  /// The expressions of a set of rules, few about each type: one that anything meets has its type seen whole.
  mutating func set() -> [String] {
    let types = ["open", "open"] + Self.own.keys.sorted().shuffled(using: &random).prefix(8)
    return types.map { rule(about: $0) }
  }

  mutating func seed() -> UInt32 { random.next(upperBound: .max) }

  private mutating func rule(about type: String) -> String {
    // Its first part tells the type.
    condition(type, isOwn: true) + (Int.random(in: 0..<16, using: &random) > 0 ? " && " : " || ")
      + expression(type, depth: Int.random(in: 0...3, using: &random))
  }

  private mutating func expression(_ type: String, depth: Int) -> String {
    guard depth > 0 else { return condition(type, isOwn: false) }
    let left = expression(type, depth: depth - 1)
    let right = expression(type, depth: Int.random(in: 0..<depth, using: &random))
    let negation = Int.random(in: 0..<4, using: &random) == 0 ? "!" : ""
    return "\(negation)(\(left)\(Int.random(in: 0..<3, using: &random) == 0 ? " || " : " && ")\(right))"
  }

  private mutating func condition(_ type: String, isOwn: Bool) -> String {
    let hasFile = !Self.fileless.contains(type)
    switch Int.random(in: 0..<8, using: &random) {
    case 0 where !isOwn: return Self.common.randomElement(using: &random) ?? ""
    case 1...5 where hasFile:
      let file = ["link", "rename"].contains(type) && Bool.random(using: &random) ? "file.destination" : "file"
      return "\(type).\(file).\(Self.files.randomElement(using: &random) ?? "")".replacing("ROOT", with: root)
    default:
      return "\(type).\(Self.own[type]?.randomElement(using: &random) ?? "")".replacing("ROOT", with: root)
    }
  }

  private static let long = "a-name-that-is-longer-than-what-filters-compare-of-one-which-is-sixty-bytes"

  private static let files = [
    "path == \"ROOT/watched/secret\"", "path in [\"ROOT/deep/a\", \"ROOT/other/token\"]",
    "path in [~\"ROOT/watched/*\"]",
    "path in [~\"ROOT/deep/**\"]", "path in [~\"ROOT/*/secret\", \"ROOT/other/hooks/plain\"]",
    "path in [~\"**/hooks/*\"]",
    "path == ~\"*/a\"", "path in [~\"ROOT/**/token\"]", "path not in [~\"ROOT/deep/**\"]", "path == \"\"",
    "path in [~\"ROOT/mounted/**\"]", "path in [~\"ROOT/deep/er/x/*\"]", "path != \"ROOT/watched/secret\"",
    "path in [~\"ROOT/low/d/d/d/d/d/d/d/**\"]", "path in [~\"ROOT/elsewhere/*\"]", "path in [~\"/secret\", ~\"/a\"]",
    "name == \"a\"", "name in [\"token\", \"secret\", ~\"pl*\"]", "name =~ r\".*key$\"", "name == ~\"*d\"",
    "name != \"a\"",
    "name == \"\(long)\"", "name in [~\"\(long)*\"]", "name == ~\"odd*\"", "name in [\"way\", \"hooks\", \"b.key\"]",
  ]

  /// What is asked of each type beside its files.
  private static let own = [
    "open": [
      "flags & O_CREAT > 0", "flags & (O_WRONLY|O_RDWR) == 0", "flags & O_TRUNC > 0", "retval < 0",
      "file.rights & S_IWOTH > 0",
      "flags & O_EXCL > 0", "file.uid == 33",
    ],
    "mmap": ["protection & PROT_EXEC > 0", "flags & MAP_ANONYMOUS == 0", "protection in [ PROT_READ, PROT_NONE ]"],
    "mprotect": ["req_protection & VM_EXEC > 0", "vm_protection & VM_WRITE > 0", "retval == 0"],
    "signal": ["type in [ SIGUSR1, SIGTERM ]", "type == SIGUSR2", "retval == 0"],
    "ptrace": ["request in [ PTRACE_ATTACH, PTRACE_TRACEME ]", "request != PTRACE_TRACEME"],
    "chmod": ["file.destination.mode & S_ISUID > 0", "file.rights & S_IWOTH == 0", "retval == 0"],
    "chown": ["file.destination.uid == 33", "file.uid != 0", "retval < 0"],
    "unlink": ["retval == 0", "retval < 0"],
    "rmdir": ["retval == 0", "file.name == \"hooks\""],
    "mkdir": ["retval == 0", "file.name == \"hooks\""],
    "rename": ["file.destination.name == \"a\"", "retval == 0", "file.destination.path in [~\"ROOT/watched/*\"]"],
    "link": ["file.destination.name == \"token\"", "retval == 0", "file.destination.path in [~\"ROOT/deep/**\"]"],
    "utimes": ["retval == 0", "file.name in [\"a\", \"secret\", \"plain\"]"],
    "setxattr": ["file.destination.name == \"user.mark\"", "retval == 0"],
    "removexattr": ["file.destination.name == \"user.other\"", "retval == 0"],
    "chdir": ["file.name == \"deep\"", "retval == 0"],
    "exec": ["file.name == \"sshd\"", "file.path in [~\"ROOT/bin/*\"]"],
    "connect": ["addr.port == 7001", "addr.port in [7002, 7003]", "retval == 0"],
    "bind": ["addr.port == 7001", "addr.port != 7001", "retval == 0"],
  ]
  private static let fileless: Set = ["mprotect", "signal", "ptrace", "connect", "bind"]

  private static let common = [
    "process.file.name == \"cat\"", "process.file.name in [\"sh\", \"sshd\"]", "process.euid == 65534",
    "process.comm != \"sh\"",
    "process.parent.file.name == \"actor\"",
  ]
}
