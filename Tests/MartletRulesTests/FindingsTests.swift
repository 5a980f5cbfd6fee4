import MartletModel
import MartletRules
import SECL
import Testing

/// What rules ask about files beyond the event, and how often.
struct FindingsTests {
  /// Knows digests and package of each file, and counts the questions.
  private final class Inspector: FileInspector {
    private(set) var asked: [String] = []

    func hash(of file: FileIdentity, for process: ProcessImage, type: EventType, isImage: Bool, limit: Int64?)
      -> FileHash
    {
      asked.append("hash \(file.path) of \(process.comm)\(isImage ? " image" : "")\(limit.map { " \($0)" } ?? "")")
      if file.name == "large", limit ?? 0 < 1000 { return FileHash(.fileTooBig) }
      return FileHash(.done, digests: ["sha1:\(file.name)", "md5:0"])
    }

    func package(of file: FileIdentity, for process: ProcessImage) -> SoftwarePackage? {
      asked.append("package \(file.path)")
      guard file.name == "bash" else { return nil }
      return SoftwarePackage(name: "bash", version: PackageVersion("2:5.2-15+b8"), source: PackageVersion("5.2-15"))
    }
  }

  private let inspector = Inspector()

  private func live(_ event: Event) -> LiveEvent {
    let live = LiveEvent(event)
    live.inspector = inspector
    return live
  }

  private func holds(_ expression: String, _ live: LiveEvent) throws -> Bool {
    try Scope(catalogue: Catalogue.shared).compile(rule: expression).holds(in: ReaderContext(live))
  }

  @Test(arguments: [
    "exec.file.hashes == \"sha1:bash\"", "exec.file.hashes in [ \"md5:0\", \"md5:1\" ]",
    "exec.file.package.name == \"bash\" && exec.file.package.version == \"2:5.2-15+b8\"",
    "exec.file.package.epoch == 2 && exec.file.package.release == \"15+b8\"",
    "exec.file.package.source_version == \"5.2-15\" && exec.file.package.source_epoch == 0",
    "exec.file.package.source_release == \"15\"",
    "exec.pid > 0 && process.ancestors.file.hashes == \"sha1:sshd\"",
    "exec.pid > 0 && process.parent.file.package.name == \"\"",
  ])
  func `a rule reads what is found out`(expression: String) throws {
    #expect(try holds(expression, live(Scene().exec())))
  }

  @Test func `nothing is asked that the rule can be decided without`() throws {
    let policy = """
      rules:
        - {id: a, expression: 'exec.file.hashes == "sha1:bash" && exec.file.name == "zsh"'}
        - {id: b, expression: 'exec.file.package.name == "bash" && exec.pid == 0'}
        - {id: c, expression: 'exec.pid == 0 && (process.file.hashes == "sha1:bash" || exec.uid == 0)'}
        - {id: d, expression: 'exec.pid > 0 || exec.file.hashes == "sha1:bash"'}
      """
    let (rules, _) = RuleSet.load([PolicySource(name: "p", text: policy)], for: LoadingConditions())
    let live = live(Scene().exec())
    var held: [String] = []
    Detector(rules).inspect(live, type: "exec", scopes: live.scopes) { held.append($0.rule.id) }
    #expect(held == ["d"])
    #expect(inspector.asked == [])
  }

  @Test func `a file is asked about once for an event, and anew for the next`() throws {
    let scene = Scene()
    let live = live(scene.exec())
    for _ in 0..<2 {
      // The executable of the process that execs is the same file.
      #expect(try holds("exec.file.hashes == \"sha1:bash\" && process.file.hashes == \"md5:0\"", live))
      #expect(try holds("exec.file.package.name == \"bash\"", live))
    }
    #expect(inspector.asked == ["hash /usr/bin/bash of bash image", "package /usr/bin/bash"])
    #expect(live.findings[scene.shell.executable]?.hash?.digests == ["sha1:bash", "md5:0"])
    live.move(to: scene.open())
    #expect(live.findings.isEmpty)
    #expect(try holds("open.file.package.name == \"\" && open.file.package.version == \"\"", live))
    #expect(inspector.asked.last == "package /etc/cron.d/job.sh" && inspector.asked.count == 3)
  }

  @Test func `an action has a file hashed, and may allow more bytes than a rule did`() throws {
    let live = live(Scene().open(Scene.file("/tmp/large")))
    #expect(try !holds("open.file.hashes == \"sha1:large\"", live))
    #expect(live.hash(fileNamed: "open.file", limit: nil)?.hash.state == .fileTooBig)
    let done = try #require(live.hash(fileNamed: "open.file", limit: 2000))
    #expect(done.path == "/tmp/large" && done.hash.state == .done)
    #expect(inspector.asked == ["hash /tmp/large of bash", "hash /tmp/large of bash 2000"])
    #expect(live.hash(fileNamed: "process.file", limit: nil)?.path == "/usr/bin/bash")
  }

  @Test func `an action does nothing where there is no such file`() {
    var memfd = FileIdentity()
    memfd.name = "memfd:x"
    memfd.inode = 1
    let live = live(Scene().open(memfd))
    for field in ["open.file", "exec.interpreter.file", "rename.file.destination", "nonsense"] {
      #expect(live.hash(fileNamed: field, limit: nil) == nil)
    }
  }
}
