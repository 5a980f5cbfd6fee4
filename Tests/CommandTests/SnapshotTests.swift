import Foundation
import Glibc
import Support
import Testing

/// What runs in its cgroup before `martlet run` begins, and while it does.
@Suite(.kernel)
struct SnapshotTests {
  private let cgroup: TestCgroup
  private let place: Workplace

  init() throws {
    cgroup = try TestCgroup()
    place = try Workplace()
  }

  private func agent() throws -> Agent { try Agent(["--events", "exec,exit", "--no-own-rules"], cgroup: cgroup) }

  private func expectNothingLost(by agent: Agent) {
    let said = agent.program.errors
    #expect(said.contains(" 0 lost ") && !said.contains("could not be written"), "\(said)")
  }

  @Test func `each process that runs is told once, and known when it ends`() throws {
    let count = 200
    let sleepers = try Program(
      cgroup.inside(["/bin/sh", "-c", "for i in $(seq \(count)); do sleep 1000.$i & done; echo ready; wait"]))
    // The shell is ready when all are forked; some have not called exec yet.
    try Program.wait { try sleepers.output.contains(0x0a) && cgroup.commands().count { $0 == "sleep" } == count }
    let agent = try agent()
    try Data("1".utf8).write(to: URL(filePath: cgroup.path + "/cgroup.kill"))
    try sleepers.wait()
    // The shell may end before those that it started.
    try Program.wait { try cgroup.commands().isEmpty }
    #expect(try agent.stop() == 0)
    expectNothingLost(by: agent)
    let events = try agent.events()
    let expected = (1...count).map { "1000.\($0)" }.sorted()
    for type in ["exec", "exit"] {
      let told = events.filter { $0["evt"]["name"].string == type && $0["process"]["comm"].string == "sleep" }
      #expect(told.compactMap { $0["process"]["args"][0].string }.sorted() == expected, "\(type)")
      #expect(told.allSatisfy { $0["process"]["source"].string == "procfs_snapshot" })
      #expect(told.allSatisfy { $0["process"]["parent"]["pid"].integer == Int64(sleepers.pid) })
    }
  }

  @Test func `nothing is missed or doubled of what happens while it begins`() throws {
    let running = try place.file("running")
    let workers = try (1...8).map { worker in
      try Program(
        cgroup.inside([
          "/bin/sh", "-c", "i=0; while [ -e \(running) ]; do /bin/true $0 $i; i=$((i+1)); echo $i; sleep 0.01; done",
          "\(worker)",
        ]))
    }
    func turns() -> [Int] { workers.map { $0.output.lines.count } }
    // Not all at once become part of the cgroup.
    try Program.wait { turns().allSatisfy { $0 > 0 } }
    let agent = try agent()
    let before = turns()
    try Program.wait { zip(before, turns()).allSatisfy { $1 > $0 + 30 } }
    try FileManager.default.removeItem(atPath: running)
    for worker in workers { try worker.wait() }
    #expect(try agent.stop() == 0)
    expectNothingLost(by: agent)
    let events = try agent.events().filter { $0["process"]["comm"].string == "true" }
    for (number, worker) in workers.enumerated() {
      let own = events.filter { $0["process"]["args"][0].string == "\(number + 1)" }
      func indices(_ type: String, _ source: String) -> [Int] {
        own.filter { $0["evt"]["name"].string == type && $0["process"]["source"].string == source }
          .compactMap { $0["process"]["args"][1].string.flatMap(Int.init) }
      }
      let count = worker.output.lines.count
      let told = indices("exec", "event")
      let first = try #require(
        told.first, "of \(count) turns of worker \(number + 1): \(own.count) of \(events.count) events")
      #expect(told == Array(first..<count), "every exec is told once, in order")
      let ends = indices("exit", "procfs_snapshot") + indices("exit", "event")
      #expect(
        ends == Array(first..<count) || ends == Array(first - 1..<count),
        "and so is every end, in order: of \(first) to \(count - 1) these are told: \(ends)")
      #expect(Set(indices("exec", "procfs_snapshot")).isDisjoint(with: told), "what ran before is told once")
      for event in own {
        let process = event["process"]
        #expect(process["ppid"].integer == Int64(worker.pid))
        // Its own image, the copy of the shell that it was, and the shell.
        let images = ([process] + process["ancestors"].array).filter { $0["pid"] == process["pid"] }
        #expect(images.count { $0["is_thread"].isAbsent } <= 1, "\(images.count) images of \(process["args"])")
        #expect(process["ancestors"].array.contains { $0["pid"].integer == Int64(worker.pid) })
      }
    }
  }

  @Test func `mounts of a namespace that was there are known`() throws {
    let go = place["go"]
    let inside = try Program(
      cgroup.inside([
        "/usr/bin/unshare", "-m", "/bin/sh", "-c",
        "mount -t tmpfs none /mnt && echo hi > /mnt/file && echo ready; until [ -e \(go) ]; do sleep 0.01; done; cat /mnt/file",
      ]))
    try Program.wait { inside.output.contains(0x0a) }
    let agent = try Agent(["--events", "open", "--no-own-rules"], cgroup: cgroup)
    try place.file("go")
    try inside.wait()
    #expect(try agent.stop() == 0)
    let open = try #require(agent.events().first { $0["file"]["path"].string == "/mnt/file" })
    let words = ["mount_origin", "mount_path", "filesystem"].map { open["file"][$0].string }
    #expect(words == ["procfs", "/mnt", "tmpfs"])
  }
}
