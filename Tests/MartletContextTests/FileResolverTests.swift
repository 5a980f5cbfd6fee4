import MartletContext
import MartletModel
import Testing

/// What is asked of the host when a rule wants to know more of a file, and what is not.
struct FileResolverTests {
  private let story = Story()
  private var files: FileResolver { story.resolver.files }

  private static let file: FileIdentity = {
    var file = FileIdentity()
    file.path = "/usr/bin/tool"
    file.name = "tool"
    file.inode = 42
    file.mode = 0o100755
    file.mountID = 29
    file.filesystem = "ext4"
    file.modified = Instant(nanoseconds: 5)
    file.changed = Instant(nanoseconds: 6)
    return file
  }()

  private func hash(
    _ file: FileIdentity = Self.file, by process: ProcessImage, type: EventType = .open, isImage: Bool = false,
    limit: Int64? = nil
  ) -> FileHash { files.hash(of: file, for: process, type: type, isImage: isImage, limit: limit) }

  private func process() throws -> ProcessImage { try #require(story.exec(100, "sh")) }

  private func question(_ change: (inout HashQuestion) -> Void = { _ in }) -> HostQuestion {
    var question = HashQuestion(
      pids: [100, 0], isImage: false, path: "/usr/bin/tool", inode: 42, modified: 5, changed: 6, limit: 10 << 20)
    change(&question)
    return .hashes(question)
  }

  @Test func `what cannot be hashed is not asked for`() throws {
    let rows: [((inout FileIdentity) -> Void, HashState)] = [
      ({ $0.mountID = 0 }, .noHash), ({ $0.path = "" }, .pathnameResolutionError),
      ({ $0.pathError = .truncated }, .pathnameResolutionError),
      ({ $0.pathError = .userString }, .pathnameResolutionError),
      ({ $0.pathError = .unknown }, .pathnameResolutionError), ({ $0.mode = 0o040755 }, .fileOpenError),
      ({ $0.mode = 0o020600 }, .fileOpenError), ({ $0.inode = 0 }, .fileNotFound),
      ({ $0.changed = nil }, .fileNotFound),
    ]
    let process = try process()
    let asked = story.host.asked.count
    for (number, (change, state)) in rows.enumerated() {
      var file = Self.file
      change(&file)
      #expect(hash(file, by: process) == FileHash(state), "row \(number)")
    }
    #expect(story.host.asked.count == asked)
  }

  @Test func `events that are not configured are not hashed`() throws {
    let process = try process()
    #expect(hash(by: process, type: .signal) == FileHash(.eventTypeNotConfigured))
  }

  @Test(arguments: HashState.allCases)
  func `the host's answer is the file's hash`(state: HashState) throws {
    let process = try process()
    let hash = FileHash(state, digests: state == .done ? ["sha1:00", "md5:11"] : [])
    story.host.answers[question()] = String(decoding: hash.answer, as: UTF8.self)
    #expect(self.hash(by: process) == hash)
  }

  @Test func `digests are kept as long as the file is as it was, failures are not`() throws {
    let process = try process()
    story.host.answers[question()] = "HashWasRateLimited"
    #expect(hash(by: process).state == .hashWasRateLimited)
    story.host.answers[question()] = "Done sha1:00"
    #expect(hash(by: process).digests == ["sha1:00"])
    story.host.answers = [:]
    #expect(hash(by: process).digests == ["sha1:00"])
    var changed = Self.file
    changed.changed = Instant(nanoseconds: 7)
    #expect(hash(changed, by: process) == FileHash(.noHash))
  }

  @Test func `an action may set its own limit, and an overlay's inode numbers are not compared`() throws {
    let process = try process()
    story.host.answers[question { ($0.limit, $0.isImage) = (77, true) }] = "FileTooBig"
    #expect(hash(by: process, isImage: true, limit: 77).state == .fileTooBig)
    story.host.answers[question { $0.inode = 0 }] = "FileEmpty"
    var file = Self.file
    file.filesystem = "overlay"
    #expect(hash(file, by: process).state == .fileEmpty)
  }

  @Test func `a file is sought through the processes of the container, nearest first`() throws {
    let cgroups = ["/docker/" + String(repeating: "ab", count: 32)]
    story.exec(100, "containerd")
    story.fork(101, by: 100)
    story.exec(101, "sh", cgroups: cgroups)
    story.fork(102, by: 101)
    let process = try #require(story.exec(102, "cat", cgroups: cgroups))
    story.host.answers[question { $0.pids = [102, 101] }] = "FileNotFound"
    #expect(hash(by: process).state == .fileNotFound)
  }

  @Test func `the package is the host's answer`() throws {
    let process = try process()
    #expect(files.package(of: Self.file, for: process) == nil)
    let package = SoftwarePackage(
      name: "tool", version: PackageVersion("1:2.3-4+b1"), source: PackageVersion("2.3-4"))
    story.host.answers[.package(PackageQuestion(pids: [100, 0], path: "/usr/bin/tool"))] =
      String(decoding: package.answer, as: UTF8.self)
    #expect(files.package(of: Self.file, for: process) == package)
  }

  @Test(
    arguments: [
      ("1:2.38.1-5+deb12u3", 1, "5+deb12u3"), ("1.2.5-r0", 0, "r0"), ("8.32-4.el9", 0, "4.el9"), ("2024a", 0, ""),
      ("1-2-3", 0, "3"), ("", 0, ""), ("x:1-2", 0, "2"), ("4294967296:1-2", 0, "2"), ("0:1", 0, ""),
    ] as [(String, UInt32, String)])
  func `a version has an epoch and a release`(text: String, epoch: UInt32, release: String) {
    #expect(PackageVersion(text) == PackageVersion(text: text, epoch: epoch, release: release))
  }
}
