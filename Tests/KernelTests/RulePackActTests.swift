import Foundation
import Support
import Testing

/// Rules of the pack, asked while what they warn of really happens, in namespaces of its own where it would harm.
@Suite(.kernel)
struct RulePackActTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test func `rules about files, mounts, memory and the network find what they are for`() throws {
    let plain = try place.file("plain", "x")
    let given = try place.file("given", "x", mode: 0o755)
    let tool = try place.copy(Program.actor, as: "tool")
    let memory = "/dev/shm/martlet-test-\(getpid())"
    defer { try? FileManager.default.removeItem(atPath: memory) }
    let actor = Program.actor
    let script = """
      set -e
      chmod 4755 \(plain)
      mv \(plain) \(plain).locked
      chown 1000 \(given) && chown 0 \(given)
      \(actor) ptrace-attach
      \(actor) dns-udp 127.0.0.1 \(DNSTests.query("xmr.pool.minexmr.com"))
      \(actor) dns-udp 127.0.0.1 \(DNSTests.query("abcdef.onion"))
      \(tool) bind tcp 0.0.0.0 7005
      unshare -m sh -c 'mount -t tmpfs none /proc/1'
      unshare -m sh -c 'mount -t tmpfs none /var/log && echo x > /var/log/auth.log && rm /var/log/auth.log'
      cp \(actor) \(memory)
      \(actor) mmap \(memory) 4096 5 2 0
      """
    let path = place["acts"]
    try script.write(toFile: path, atomically: true, encoding: .utf8)
    let (events, ended) = (place["events"], place["ended"])
    // Some rules let builds be, and a build tool may have started these tests: who watches has no parent but init, once the
    // shell that started it is gone.
    let trace = "\(Program.martlet) trace --format json --only-matches --output \(events) -- /bin/sh \(path)"
    let orphan = "while kill -0 $$; do sleep 0.02; done; \(trace); echo $? > \(ended).new; mv \(ended).new \(ended)"
    _ = try Outcome(of: ["/bin/sh", "-c", "(\(orphan)) &"])
    try Program.wait { FileManager.default.fileExists(atPath: ended) }
    #expect(try String(contentsOfFile: ended, encoding: .utf8) == "0\n")
    let rules = try [UInt8](Data(contentsOf: URL(filePath: events))).lines.compactMap { line in
      try JSON(line)["agent"]["rule_id"].string
    }
    let expected: Set = [
      "setuid_bit_set", "file_renamed_as_encrypted", "temporary_file_given_to_root", "code_written_into_process",
      "mining_pool_asked", "onion_name_asked", "unusual_program_listens", "process_hidden_by_mount", "log_deleted",
      "library_mapped_from_memory_directory",
    ]
    #expect(expected.subtracting(rules).isEmpty, "found: \(Set(rules).sorted())")
  }
}
