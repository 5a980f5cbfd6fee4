import Foundation
import Glibc
import LinuxHost
import MartletContext
import MartletModel
import Support
import Synchronization
import Testing

@testable import MartletAgent

/// Files that are hashed, and those that cannot be.
struct LiveFilesTests {
  private let folder = TemporaryFolder()
  private let this = UInt32(getpid())

  private static let abc = [
    "sha1:a9993e364706816aba3e25717850c26c9cd0d89d",
    "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "md5:900150983cd24fb0d6963f7d28e17f72",
  ]

  /// Who waits for a slow disk, too.
  private static func files() -> LiveFiles { LiveFiles(patience: .seconds(60)) }

  /// A file in the folder, as an event would tell of it.
  private func file(_ name: String, _ content: String) throws -> (path: String, question: HashQuestion) {
    let path = folder.path(name)
    try content.write(toFile: path, atomically: false, encoding: .utf8)
    return (path, try question(path))
  }

  private func question(_ path: String, pids: [UInt32]? = nil) throws -> HashQuestion {
    var status = stat()
    try #require(unsafe lstat(path, &status) == 0)
    return HashQuestion(
      pids: pids ?? [this], isImage: false, path: path, inode: UInt64(status.st_ino),
      modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim), limit: 10 << 20)
  }

  private func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }

  @Test func `a file's digests are those of its contents`() throws {
    #expect(Self.files().hash(try file("a", "abc").question) == FileHash(.done, digests: Self.abc))
    // More than is read at a time.
    let long = try file("b", String(repeating: "a", count: 1_000_000)).question
    #expect(Self.files().hash(long).digests.contains("sha1:34aa973cd4c4daa4f61eeb2bdbad27316534016f"))
  }

  @Test func `a process that is gone does not hinder, if another sees the file`() throws {
    let path = try file("a", "abc").path
    for pids in [[UInt32.max, this], [.max, 0]] {
      #expect(Self.files().hash(try question(path, pids: pids)).state == .done)
    }
    #expect(Self.files().hash(try question(path, pids: [.max])).state == .fileNotFound)
  }

  @Test func `only the file of the event is hashed, as it was`() throws {
    let (path, question) = try file("a", "abc")
    for change: (inout HashQuestion) -> Void in [
      { $0.inode += 1 }, { $0.modified += 1 }, { $0.changed -= 1 }, { $0.path += "x" },
    ] {
      var other = question
      change(&other)
      #expect(Self.files().hash(other).state == .fileNotFound)
    }
    try FileManager.default.removeItem(atPath: path)
    #expect(Self.files().hash(question).state == .fileNotFound)
    try "abd".write(toFile: path, atomically: false, encoding: .utf8)
    #expect(Self.files().hash(question).state == .fileNotFound)
  }

  @Test func `a file without an inode number that can be compared is known by its times`() throws {
    var question = try file("a", "abc").question
    question.inode = 0
    #expect(Self.files().hash(question).state == .done)
    question.changed += 1
    #expect(Self.files().hash(question).state == .fileNotFound)
  }

  @Test func `sizes have their states`() throws {
    var question = try file("a", "abc").question
    question.limit = 2
    #expect(Self.files().hash(question).state == .fileTooBig)
    #expect(Self.files().hash(try file("b", "").question).state == .fileEmpty)
  }

  @Test func `what is no regular file is not opened`() throws {
    let pipe = folder.path("pipe")
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(Self.files().hash(try question(pipe)).state == .fileOpenError)
    #expect(Self.files().hash(try question(folder.path("."))).state == .fileOpenError)
  }

  @Test func `what a process runs is read when its path is gone`() throws {
    let place = try Workplace()
    let program = try place.copy("/bin/sleep", as: "program")
    let process = try Program([program, "1000"])
    var question = try question(program, pids: [UInt32(process.pid)])
    try FileManager.default.removeItem(atPath: program)
    #expect(Self.files().hash(question).state == .fileNotFound)
    question.isImage = true
    var original = try self.question("/bin/sleep")
    original.path = "/usr/bin/sleep"
    #expect(Self.files().hash(question).state == .done)
    #expect(Self.files().hash(question).digests == Self.files().hash(original).digests)
  }

  @Test func `no link leads out of the root of the process`() throws {
    guard let root = ProcessRoot(of: 0) else { throw POSIXError(.ENOENT) }
    #expect((root.find("/../../etc/passwd") != nil) as Bool)
    #expect((root.find("/proc/self/root/etc/passwd") == nil) as Bool)
  }

  @Test func `what is too much of late is not read`() throws {
    let question = try file("a", "abc").question
    #expect(
      FileHasher(question: question, allowance: 2, deadline: .now + .seconds(9)).run().hash.state == .hashWasRateLimited
    )
    #expect(FileHasher(question: question, allowance: 3, deadline: .now).run().hash.state == .hashFailed)
    var allowance = Allowance(perSecond: 10, atOnce: 20)
    let start = Moment.now
    #expect(allowance.available(at: start + .seconds(9)) == 20)
    allowance.use(25)
    #expect(allowance.available(at: start + .seconds(9)) == -5)
    #expect(allowance.available(at: start + .seconds(10)) == 5)
    #expect(allowance.available(at: start + .milliseconds(10_050)) == 5)
    #expect(allowance.available(at: start + .milliseconds(10_100)) == 6)
  }

  @Test func `work that does not come back is left behind, and no other is taken on until it does`() throws {
    let thread = SideThread()
    let gate = Mutex(false)
    guard case .late = thread.run(for: .milliseconds(20), { while !gate.withLock({ $0 }) { usleep(1000) } }) else {
      Issue.record("it came back")
      return
    }
    guard case .busy = thread.run(for: .seconds(1), {}) else {
      Issue.record("it was free")
      return
    }
    gate.withLock { $0 = true }
    for _ in 0..<1000 {
      if case .done(let result) = thread.run(for: .seconds(10), { 7 }) {
        #expect(result == 7)
        return
      }
      usleep(1000)
    }
    Issue.record("it never was free again")
  }
}

/// Packages of a root that a test made, as a container's processes see it.
struct PackageFinderTests {
  private let folder = TemporaryFolder()

  private func write(_ text: String, to name: String) throws {
    let path = folder.path("root/" + name)
    try FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path(), withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  private func read() throws -> (stamps: [PackageDatabase.Stamp], index: PackageIndex) {
    guard let root = ProcessRoot(at: folder.path("root")) else { throw POSIXError(.ENOENT) }
    return (PackageDatabase.stamps(below: root), PackageDatabase.read(below: root))
  }

  @Test func `the databases of a distribution are found below the root`() throws {
    try write(
      """
      Package: tool
      Status: install ok installed
      Architecture: amd64
      Version: 1:2.3-4

      """, to: "var/lib/dpkg/status")
    try write("/.\n/usr\n/usr/bin\n/usr/bin/tool\n", to: "var/lib/dpkg/info/tool:amd64.list")
    let first = try read()
    #expect(first.index["/bin/tool"]?.version == "1:2.3-4")

    // Images without dpkg have files of their own, and another distribution has another database.
    try write("Package: tzdata\nVersion: 2024a\n", to: "var/lib/dpkg/status.d/tzdata")
    try write("0  usr/share/zoneinfo/UTC\n", to: "var/lib/dpkg/status.d/tzdata.md5sums")
    try write("P:musl\nV:1.2.5-r0\nF:lib\nR:libc.so\n", to: "lib/apk/db/installed")
    let second = try read()
    #expect(first.stamps != second.stamps)
    #expect(second.index["/usr/share/zoneinfo/UTC"]?.name == "tzdata")
    #expect(second.index["/lib/libc.so"]?.name == "musl")
  }

  @Test func `a link to an absolute path stays below the root`() throws {
    try write("P:musl\nV:1\nF:lib\nR:libc.so\n", to: "data/installed")
    try write("", to: "lib/apk/db/other")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path("root/lib/apk/db/installed"), withDestinationPath: "/data/installed")
    #expect(try read().index["/lib/libc.so"]?.name == "musl")
  }

  @Test func `this host tells the package of a file that it has from one`() throws {
    try #require(FileManager.default.fileExists(atPath: "/var/lib/dpkg/status"))
    let package = PackageFinder().package(PackageQuestion(pids: [.max, 0], path: "/usr/bin/dpkg"))
    let asked = Foundation.Process()
    let output = Pipe()
    asked.executableURL = URL(filePath: "/usr/bin/dpkg-query")
    asked.arguments = ["-W", "-f", "${Package}\t${Version}\t${source:Version}", "dpkg"]
    asked.standardOutput = output
    try asked.run()
    let told = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    asked.waitUntilExit()
    #expect(package.map { [$0.name, $0.version.text, $0.source.text].joined(separator: "\t") } == told)
    #expect(PackageFinder().package(PackageQuestion(pids: [0], path: "/etc/passwd")) == nil)
  }
}
