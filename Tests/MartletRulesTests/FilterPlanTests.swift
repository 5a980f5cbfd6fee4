import Foundation
import MartletModel
import SECL
import Support
import Testing

@testable import MartletRules

/// What passes the filters of the kernel is all that rules can hold for.
struct FilterPlanTests {
  /// Pairs of a rule set and an event; `MARTLET_FILTER_PAIRS` asks for more.
  private static let pairs = ProcessInfo.processInfo.environment["MARTLET_FILTER_PAIRS"].flatMap(Int.init) ?? 20_000

  private func plan(_ rules: [String], shown: Set<EventType> = []) throws -> (FilterPlan, RuleSet) {
    let list = rules.enumerated().map { "  - id: rule_\($0)\n    expression: '\($1)'\n" }
    let scene = PolicyScene("rules:\n" + list.joined())
    try #require(scene.errors.isEmpty, "\(scene.errors)")
    return (FilterPlan(scene.ruleSet, shown: shown), scene.ruleSet)
  }

  @Test func `no rule holds for an event that the filters of its set leave out`() throws {
    var (filtered, passed, held, whole) = (0, 0, 0, 0)
    let scene = Scene()
    for seed in 0..<(Self.pairs / 200) {
      var random = SeededGenerator(seed: UInt64(seed))
      let type = RandomActs.types.randomElement(using: &random)!
      let rules = (0..<Int.random(in: 1...3, using: &random)).map { _ in RandomActs.rule(about: type, using: &random) }
      let (plan, set) = try plan(rules)
      #expect(set.questions[type.name]?.count == rules.count, "\(rules)")
      if plan.filters[type]?.admitsEverything ?? true { whole += 1 }
      for _ in 0..<200 {
        let event = RandomActs.event(type, in: scene, using: &random)
        let holding = (set.questions[type.name] ?? []).filter { $0.program.holds(in: ReaderContext(LiveEvent(event))) }
        held += holding.isEmpty ? 0 : 1
        guard !plan.admits(event) else {
          passed += 1
          continue
        }
        filtered += 1
        if let rule = holding.first {
          Issue.record("seed \(seed): \(rule.rule.expression) holds for \(event.activity), which is filtered")
          return
        }
      }
    }
    // A test whose rules or filters take all or nothing would show nothing.
    let all = filtered + passed
    #expect(filtered * 4 > all && passed * 4 > all && held * 20 > all && held * 4 < all * 3)
    #expect(whole * 2 < Self.pairs / 200)
  }

  @Test(
    arguments: [
      ("open.file.path == \"/etc/shadow\"", "/srv/shadow", 0, true),
      ("open.file.path == \"/etc/shadow\"", "/etc/passwd", 0, false),
      ("open.file.path in [~\"/etc/cron.d/*\"]", "/etc/cron.d/job", 0, true),
      ("open.file.path in [~\"/etc/cron.d/*\"]", "/var/cron.d/job", 0, false),
      ("open.file.path in [~\"/home/*/.ssh/*\"]", "/home/anna/.ssh/id", 0, true),
      ("open.file.path in [~\"/home/*/.ssh/*\"]", "/home/anna/id", 0, false),
      ("open.file.path in [~\"**/.git/hooks/*\"]", "/a/.git/hooks/x", 0, true),
      ("open.file.path in [~\"/usr/lib/**\"] && open.flags & O_CREAT > 0", "/usr/lib/a/b", 0, false),
      ("open.file.path in [~\"/usr/lib/**\"] && open.flags & O_CREAT > 0", "/usr/lib/a/b", 64, true),
      ("open.file.name == \"token\" || open.flags & O_TRUNC > 0", "/a/b", 0, false),
      ("open.file.name == \"token\" || open.flags & O_TRUNC > 0", "/a/b", 512, true),
      ("open.flags & O_CREAT > 0 && open.file.name =~ r\".*readme.*\"", "/a/b", 64, true),
      ("open.flags & O_CREAT > 0 && !(open.flags & O_CREAT == 0 || open.file.name == \"x\")", "/a/b", 0, false),
      ("open.flags not in [0, 64]", "/a/b", 64, true),
      ("process.file.name == \"cat\"", "/a/b", 0, true),
      ("open.file.path != \"/a\"", "/a", 0, true),
    ] as [(String, String, UInt32, Bool)])
  func `what is let through is what the rule needs`(rule: String, path: String, flags: UInt32, passes: Bool) throws {
    let rule = rule.contains("open.") ? rule : "open.file.path != \"\" && \(rule)"
    let (plan, _) = try plan([rule])
    #expect(plan.admits(Scene().open(Scene.file(path), flags: flags)) == passes)
  }

  @Test func `the name of an attribute is not taken for that of a file`() throws {
    let (plan, _) = try plan(["setxattr.file.destination.name == \"user.mark\""])
    #expect(plan.filters[.setxattr]?.admitsEverything == true)
  }

  @Test func `one rule about anything lets everything through, and is named`() throws {
    let (plan, _) = try plan([
      "open.file.name == \"shadow\"", "open.retval >= 0 || process.uid == 0", "exec.file.name == \"x\"",
    ])
    #expect(plan.filters[.open]?.admitsEverything == true)
    #expect(plan.rows.filter(\.takesAll).map(\.rule.expression) == ["open.retval >= 0 || process.uid == 0"])
    #expect(plan.filters[.exec] == nil)
  }

  @Test func `what is shown anyway has no filter`() throws {
    let (plan, _) = try plan(["open.file.name == \"shadow\"", "unlink.file.name == \"shadow\""], shown: [.open])
    #expect(Set(plan.filters.keys) == [.unlink])
  }

  @Test func `with more gates, tests and names than there is room for more passes, never less`() throws {
    let rules = (0..<200).map { "open.flags & \($0 + 1) > 0" }
    let (plan, set) = try plan(rules + ["open.file.path == \"/a/b\" && open.flags == 0"])
    let filter = try #require(plan.filters[.open])
    #expect(filter.tests.count <= EventFilter.mostTests)
    #expect(set.rules.count == 201)
    for flags: UInt32 in [1, 3, 200, 0] { #expect(plan.admits(Scene().open(Scene.file("/a/b"), flags: flags))) }
  }
}

/// Rules and events about few enough values that they often meet.
private enum RandomActs {
  static let types: [EventType] = [
    .open, .open, .mmap, .mprotect, .signal, .ptrace, .bpf, .chmod, .chown, .unlink, .rename,
  ]

  private static let files = [
    "path == \"/etc/shadow\"", "path in [\"/etc/passwd\", \"/tmp/a\"]", "path in [~\"/etc/*\"]",
    "path in [~\"/etc/ssh/**\"]",
    "path in [~\"/home/*/.ssh/*\", \"/etc/passwd\"]", "path in [~\"**/.ssh/id\"]", "path in [~\"/usr/*/a\"]",
    "path == ~\"*/a\"",
    "name == \"a\"", "name in [\"id\", \"shadow\", ~\"pass*\"]", "name =~ r\".*a.*\"", "name == ~\"*d\"",
    "path != \"/etc/shadow\"",
    "path in [~\"/**/a\"]", "path in [~\"/usr/**/id\"]", "path == \"\"", "path not in [~\"/etc/*\"]",
  ]
  private static let own: [EventType: [String]] = [
    .open: [
      "flags & O_CREAT > 0", "flags & (O_WRONLY|O_RDWR) == 0", "flags == 0", "retval >= 0", "flags in [64, 65, 0]",
      "file.rights & S_IWOTH > 0",
    ],
    .mmap: ["protection & PROT_EXEC > 0", "flags & 2 == 0", "retval < 0", "protection in [3, 7]"],
    .mprotect: ["req_protection & VM_EXEC > 0", "vm_protection & VM_WRITE > 0", "retval == 0"],
    .signal: ["type in [ SIGKILL, SIGTERM ]", "type == SIGHUP", "pid == 99", "pid != 1", "retval == 0"],
    .ptrace: ["request in [ PTRACE_ATTACH, PTRACE_SEIZE ]", "request == PTRACE_TRACEME", "request > 4", "retval == 0"],
    .bpf: ["cmd == BPF_PROG_LOAD", "cmd in [ BPF_MAP_CREATE, BPF_OBJ_PIN ]", "cmd != BPF_PROG_LOAD", "retval >= 0"],
    .chmod: [
      "file.destination.mode & S_ISUID > 0", "file.rights & S_ISUID == 0", "file.mode & S_IFMT == S_IFREG",
      "retval == 0",
    ],
    .chown: ["file.destination.uid == 0", "file.destination.uid < 0", "file.uid != 0", "retval == 0"],
    .unlink: ["flags > 0", "retval == 0", "flags != AT_REMOVEDIR"],
    .rename: ["file.destination.name == \"a\"", "retval == 0", "file.destination.path in [~\"/etc/*\"]"],
  ]
  private static let common = [
    "process.file.name == \"bash\"", "process.uid == 0", "process.comm != \"sh\"", "${process.pid} == 1234",
  ]

  static func rule(about type: EventType, using random: inout SeededGenerator) -> String {
    // Its first part tells the type.
    condition(type, isOwn: true, using: &random) + (Int.random(in: 0..<12, using: &random) > 0 ? " && " : " || ")
      + expression(type, depth: Int.random(in: 0...3, using: &random), using: &random)
  }

  private static func expression(_ type: EventType, depth: Int, using random: inout SeededGenerator) -> String {
    guard depth > 0 else { return condition(type, isOwn: false, using: &random) }
    let left = expression(type, depth: depth - 1, using: &random)
    let right = expression(type, depth: Int.random(in: 0..<depth, using: &random), using: &random)
    let negation = Int.random(in: 0..<4, using: &random) == 0 ? "!" : ""
    return "\(negation)(\(left)\(Int.random(in: 0..<3, using: &random) == 0 ? " || " : " && ")\(right))"
  }

  private static func condition(_ type: EventType, isOwn: Bool, using random: inout SeededGenerator) -> String {
    let hasFile = ![.mprotect, .signal, .ptrace, .bpf].contains(type)
    switch Int.random(in: 0..<8, using: &random) {
    case 0 where !isOwn: return common.randomElement(using: &random)!
    case 1...4 where hasFile: return "\(type.name).file.\(files.randomElement(using: &random)!)"
    default: return "\(type.name).\(own[type]!.randomElement(using: &random)!)"
    }
  }

  private static let paths = [
    "/etc/shadow", "/etc/passwd", "/tmp/a", "/etc/ssh/keys/a", "/etc/ssh/id", "/home/anna/.ssh/id", "/usr/lib/a",
    "/usr/lib/x/id",
    "/srv/shadow", "/", "/a", "/etc", "/srv/b",
  ]

  static func event(_ type: EventType, in scene: Scene, using random: inout SeededGenerator) -> Event {
    var scene = scene
    scene.result = [0, 0, 0, 3, -1, -13].randomElement(using: &random)!
    var file = Scene.file(paths.randomElement(using: &random)!)
    file.mode = [0o100644, 0o104755, 0o120777].randomElement(using: &random)!
    file.uid = [0, 1000].randomElement(using: &random)!
    switch Int.random(in: 0..<12, using: &random) {
    case 0: file.pathError = .userString
    case 1: file.pathError = .truncated
    case 2: (file.filesystem, file.mountPath) = ("overlay", ["/", "/srv", "/home/anna"].randomElement(using: &random)!)
    case 3: (file.path, file.name, file.mountID, file.inode) = ("", "memfd:a", 0, 7)
    default: break
    }
    func number(_ numbers: [UInt32]) -> UInt32 { numbers.randomElement(using: &random)! }
    switch type {
    case .open: return scene.open(file, flags: number([0, 1, 64, 65, 577, 2]))
    case .mmap:
      let isAnonymous = Bool.random(using: &random)
      return scene.event(
        .mmap,
        .mmap(
          .init(
            file: isAnonymous ? nil : file, length: 1, offset: 0, protection: number([1, 3, 5, 7]),
            flags: number([1, 2, 34]))))
    case .mprotect:
      return scene.event(
        .mprotect,
        .mprotect(
          .init(areaStart: 0, areaEnd: 1, areaFlags: UInt64(number([1, 3, 0x73])), protection: number([1, 3, 5, 7]))))
    case .signal:
      return scene.event(.signal, .signal(.init(number: number([1, 9, 15, 0]), target: Int32(number([0, 1, 99])))))
    case .ptrace:
      return scene.event(.ptrace, .ptrace(.init(request: Int64(number([0, 4, 16, 0x4206])), address: 0, tracee: 0)))
    case .bpf: return scene.event(.bpf, .bpf(.init(command: number([0, 1, 5, 6, 37]), map: nil, program: nil)))
    default:
      return scene.change(type) { change in
        change.file = file
        if type == .rename { change.destination = Scene.file("/etc/a") }
        change.mode = number([0o644, 0o4755, 0o777])
        change.uid = [nil, 0, 1000].randomElement(using: &random)!
        change.flags = number([0, 0, 512])
      }
    }
  }
}
