import Foundation
import Glibc
import Support
import Testing

/// Whoever floods the ring, so that others are not seen, loses what is his own.
@Suite(.kernel, .serialized)
struct FloodTests {
  static let hierarchy = ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
    unsafe access($0 + "/cgroup.controllers", F_OK) == 0 && access($0 + "/cgroup.procs", W_OK) == 0
  }

  @Test(
    .enabled(if: Kernel.isRequired || hierarchy != nil, "no cgroup of version 2 can be made"),
    arguments: [("flood", "open"), ("flood-packets", "dns")])
  func `while the reader sleeps a flood from one cgroup takes nothing from another`(actor: String, type: String) throws
  {
    let place = try Workplace()
    let count: Int64 = 300
    for number in 0..<count { try place.file("a\(number)") }
    try place.file("acts.policy", "rules:\n  - id: acted\n    expression: 'open.file.path == \"\(place["a100"])\"'\n")
    let groups = try ["flooded", "acting"].map { try CgroupPlace("\(Self.hierarchy ?? "")/martlet-\($0)-\(getpid())") }
    let outcome = try Outcome(martlet: [
      "trace", "--format", "json", "--output", place["events"], "--policy", place["acts.policy"], "--ledger",
      "--buffer", "2", "--brake", "0", "--", Program.actor, actor,
      groups[0].path, groups[1].path, place.path, "\(count)",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let events = try [UInt8](Data(contentsOf: URL(filePath: place["events"]))).lines.map { try JSON($0) }
    func of(_ type: String) -> [JSON] { events.filter { $0["evt"]["name"].string == type } }

    // All that the quiet one did is there, and in order.
    let opened = of("open").compactMap { $0["file"]["path"].string }.filter { $0.contains("/a") }
    #expect(opened.filter { $0.hasPrefix(place.path) } == (0..<count).map { place["a\($0)"] })
    #expect(of("exec").filter { $0["process"]["argv0"].string == "actor" }.count >= Int(count) / 10)

    // What it is found to do is told with the losses around it.
    let match = try #require(events.first { $0["agent"]["rule_id"].string == "acted" })
    #expect(match["evt"]["variables"]["lost_events"].integer ?? 0 > 1000)

    // The flood is told of, with whose it was.
    let losses = of("lost_events").map { $0["evt"]["variables"] }
    let flooded = groups[0].name
    #expect(losses.contains { ($0["lost.\(type).share_spent"].integer ?? 0) > 1000 })
    #expect(losses.contains { ($0["lost.cgroup./\(flooded)"].integer ?? 0) > 1000 })
    #expect(losses.allSatisfy { $0["lost.cgroup./\(groups[1].name)"].isAbsent })

    // The ledger balances, by type and by cgroup, and tells of a cgroup what it lost for which cause.
    let rows = outcome.errors.split(separator: "\n").map { $0.split(separator: " ").dropFirst().map(String.init) }
    let head = try #require(rows.firstIndex { $0.first == "cgroup" && $0.last == "lost" }, "\(outcome.errors)")
    let acting = try #require(rows.first { $0.first == "/" + groups[1].name })
    #expect(acting.count == 6 && acting[5] == "0")
    let row = try #require(rows.first { $0.first == "/" + flooded })
    let lost = try #require(Int(row[5]))
    let parts = row.dropFirst(6).joined(separator: " ").components(separatedBy: ", ").map { $0.split(separator: " ") }
    #expect(lost > 1000 && parts.reduce(0) { $0 + (Int($1[0]) ?? 0) } == lost)
    #expect(parts.contains { $0[1] == "share_spent" && Int($0[0]) ?? 0 > 1000 }, "\(row)")
    func allLost(in rows: ArraySlice<[String]>) -> Int {
      rows.filter { $0.count > 5 }.reduce(0) { $0 + (Int($1[5]) ?? 0) }
    }
    #expect(allLost(in: rows[..<head]) == allLost(in: rows[head...]))
  }
}

/// A cgroup that goes away with it.
private final class CgroupPlace {
  let path: String
  var name: String { URL(filePath: path).lastPathComponent }

  init(_ path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit {
    // The last of its processes may still be on its way out.
    for _ in 0..<1000 where unsafe rmdir(path) != 0 { usleep(1000) }
  }
}
