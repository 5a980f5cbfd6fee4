import Foundation
import Glibc
import Support
import Testing

/// `martlet run` as systemd runs it.
@Suite(.kernel)
struct ServiceTests {
  @Test func `systemd hears that it is ready, reloads, goes on and stops`() throws {
    let place = try Workplace()
    let manager = try Manager(at: place["notify"])
    let agent = try Agent(
      ["--no-own-rules"], environment: ["NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=30000000"])
    #expect(try manager.next().hasPrefix("READY=1\nSTATUS="))
    #expect(try manager.next() == "WATCHDOG=1")
    kill(agent.program.pid, SIGHUP)
    var heard: [String] = []
    while heard.count < 2 { heard += [try manager.next()].filter { $0 != "WATCHDOG=1" } }
    #expect(heard[0].hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
    #expect(heard[1].hasPrefix("READY=1\n"))
    #expect(try agent.stop() == 0)
    var last = try manager.next()
    while last == "WATCHDOG=1" { last = try manager.next() }
    #expect(last == "STOPPING=1")
  }

  /// Which capabilities the threads of a process have, and may get.
  private func privileges(of pid: pid_t) throws -> Set<String> {
    let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")
    return try Set(
      threads.flatMap { thread in
        try String(contentsOfFile: "/proc/\(pid)/task/\(thread)/status", encoding: .utf8).split(separator: "\n")
          .filter { $0.hasPrefix("Cap") || $0.hasPrefix("NoNewPrivs") }.map(String.init)
      })
  }

  @Test func `what it does not need any more it gives up`() throws {
    let place = try Workplace()
    let agent = try Agent(["--no-own-rules", "--stdout", "json", "--set", "outbox.path=\(place["outbox"])"])
    let kept = "0000000000080004"  // CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH
    // Threads that have just begun still have them.
    try Program.wait {
      try privileges(of: agent.program.pid) == [
        "CapInh:\t0000000000000000", "CapPrm:\t\(kept)", "CapEff:\t\(kept)", "CapBnd:\t\(kept)",
        "CapAmb:\t0000000000000000", "NoNewPrivs:\t1",
      ]
    }
    #expect(try agent.stop() == 0)
  }

  /// An executable that only its owner may read, run by another user who may.
  @Test(arguments: [true, false])
  func `it sees as much without them`(drops: Bool) throws {
    let place = try Workplace()
    let secret = try place.copy("/bin/true", as: "secret", mode: 0o711)
    let policy = try place.file(
      "hash.policy", "rules:\n  - id: hashed\n    expression: exec.file.name == \"secret\"\n    actions: [{hash: {}}]\n"
    )
    let cgroup = try TestCgroup()
    let before = try Program(
      cgroup.inside(["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "/bin/sleep", "1000.7"]))
    try Program.wait { try cgroup.commands() == ["sleep"] }
    let agent = try Agent(
      ["--no-own-rules", "--policy", policy, "--events", "exit", "--set", "privileges.drop=\(drops)"], cgroup: cgroup)
    try agent.watches(["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", secret])
    kill(before.pid, SIGTERM)
    try before.wait()
    #expect(try agent.stop() == 0)
    let events = try agent.events()
    let hashed = try #require(events.first { $0["agent"]["rule_id"].string == "hashed" })
    #expect(hashed["file"]["hash_state"].string == "Done")
    #expect(hashed["process"]["executable"]["user"].string == "root")
    let sleeper = try #require(events.first { $0["process"]["pid"].integer == Int64(before.pid) })
    #expect(sleeper["process"]["executable"]["path"].string?.hasSuffix("/sleep") == true)
    #expect(sleeper["process"]["args"][0].string == "1000.7")
    #expect(sleeper["process"]["envs"].array.contains(JSON.string("HOME")))
  }

  @Test func `what its unit allows it is enough`() throws {
    let agent = try Agent(
      ["--no-own-rules", "--events", "exec"],
      launcher: [
        "/usr/bin/setpriv", "--inh-caps=-all", "--no-new-privs",
        "--bounding-set=-all,+bpf,+perfmon,+net_admin,+sys_ptrace,+dac_read_search,+sys_nice,+setpcap",
      ])
    try agent.watches(["/bin/true", "seen"])
    #expect(try agent.stop() == 0)
    #expect(try agent.events().contains { $0["process"]["args"][0].string == "seen" })
  }
}

/// Who reads what a service tells systemd.
private final class Manager {
  let path: String
  private let descriptor: Int32

  init(at path: String) throws {
    self.path = path
    descriptor = try check("socket", socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    try check(
      "bind",
      unsafe withUnsafePointer(to: &address) { address in
        unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
      })
    var limit = timeval(tv_sec: 300, tv_usec: 0)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(descriptor) }

  /// The next message.
  func next() throws -> String {
    var text = [UInt8](repeating: 0, count: 4096)
    let count = try check("recv", unsafe recv(descriptor, &text, text.count, 0))
    return String(decoding: text.prefix(count), as: UTF8.self)
  }
}
