import Foundation
import LinuxHost
import Testing

/// rpm's database, in a file that SQLite itself wrote: Python's standard library has it.
struct RPMDatabaseTests {
  /// The header of a package, as rpm stores it.
  private func header(
    name: String, version: String, release: String, epoch: UInt32? = nil, source: String? = nil, files: [String]
  ) -> [UInt8] {
    var data: [UInt8] = []
    var entries: [(tag: UInt32, type: UInt32, offset: Int, count: Int)] = []
    func big(_ number: UInt32) -> [UInt8] { (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }
    func add(_ tag: UInt32, _ type: UInt32, _ values: [[UInt8]]) {
      while type == 4, data.count % 4 != 0 { data.append(0) }
      entries.append((tag, type, data.count, values.count))
      data += values.joined()
    }
    func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }
    add(1000, 6, [text(name)])
    add(1001, 6, [text(version)])
    add(1002, 6, [text(release)])
    if let epoch { add(1003, 4, [big(epoch)]) }
    if let source { add(1044, 6, [text(source)]) }
    let parts = files.map { path in
      let end = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
      return (String(path[..<end]), String(path[end...]))
    }
    let directories = Array(Set(parts.map(\.0))).sorted()
    add(1116, 4, parts.map { big(UInt32(directories.firstIndex(of: $0.0) ?? 0)) })
    add(1117, 8, parts.map { text($0.1) })
    add(1118, 8, directories.map(text))
    let index = entries.flatMap { big($0.tag) + big($0.type) + big(UInt32($0.offset)) + big(UInt32($0.count)) }
    return big(UInt32(entries.count)) + big(UInt32(data.count)) + index + data
  }

  /// The bytes of a database with these headers.
  private func database(_ headers: [[UInt8]], pageSize: Int = 4096) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(path: "rpm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "rpmdb.sqlite").path()
    let script = """
      import sqlite3, sys
      database = sqlite3.connect(sys.argv[1])
      database.execute("PRAGMA page_size = \(pageSize)")
      database.execute("CREATE TABLE Name (key TEXT, hnum INTEGER, idx INTEGER)")
      database.execute("CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)")
      for line in sys.stdin:
          database.execute("INSERT INTO Packages (blob) VALUES (?)", (bytes.fromhex(line),))
      database.commit()
      """
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/python3")
    python.arguments = ["-c", script, path]
    let input = Pipe()
    python.standardInput = input
    try python.run()
    for header in headers {
      let line = header.map { String(format: "%02x", $0) }.joined() + "\n"
      try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    }
    try input.fileHandleForWriting.close()
    python.waitUntilExit()
    return [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  private func index(_ bytes: [UInt8]) -> (PackageIndex, isDatabase: Bool) {
    var index = PackageIndex()
    let isDatabase = index.add(rpmDatabase: { offset, count in
      guard offset >= 0, offset < bytes.count else { return [] }
      return Array(bytes[offset..<min(offset + count, bytes.count)])
    })
    index.finish()
    return (index, isDatabase)
  }

  @Test(arguments: [512, 4096, 65536])
  func `packages are found in small rows and in rows over many pages`(pageSize: Int) throws {
    // More packages than a page has room for, and one whose header takes hundreds of them.
    let many = (0..<300).map { header(name: "p\($0)", version: "1", release: "2", files: ["/opt/p\($0)/file"]) }
    let large = header(
      name: "glibc", version: "2.38", release: "7.fc39", epoch: 2, source: "glibc-2.38-6.fc39.src.rpm",
      files: (0..<5000).map { "/usr/lib64/glibc/file\($0)" } + ["/usr/lib64/libc.so.6"])
    let (index, isDatabase) = index(try database(many + [large], pageSize: pageSize))
    #expect(isDatabase && index.count == 301)
    let glibc = InstalledPackage(name: "glibc", version: "2:2.38-7.fc39", sourceVersion: "2.38-6.fc39")
    for path in ["/usr/lib64/libc.so.6", "/lib64/libc.so.6", "/usr/lib64/glibc/file4999"] {
      #expect(index[path] == glibc)
    }
    for number in [0, 150, 299] { #expect(index["/opt/p\(number)/file"]?.name == "p\(number)") }
    #expect(index["/opt/p300/file"] == nil)
  }

  @Test func `damage does no harm`() throws {
    let bytes = try database(
      (0..<40).map { header(name: "p\($0)", version: "1", release: "2", files: ["/a/\($0)", "/b"]) }, pageSize: 512)
    for length in stride(from: 0, to: bytes.count, by: 97) { _ = index(Array(bytes.prefix(length))) }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<400 {
      var damaged = bytes
      for _ in 0..<20 {
        damaged[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      // A child that is its own parent, wherever it may be.
      damaged.replaceSubrange(16..<18, with: bytes[16..<18])
      _ = index(damaged)
    }
    #expect(!index(Array("SQLite format 3".utf8)).isDatabase)
    #expect(!index([]).isDatabase)
  }
}
