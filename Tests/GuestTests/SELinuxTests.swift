import Foundation
import Glibc
import Support
import Testing

private let selinuxfs = "/sys/fs/selinux"

/// Where SELinux runs: kernels that have it in the list of their security modules.
@Suite(.kernel, .guest, .serialized)
struct SELinuxTests {
  /// The three writes of an actor, expected to say the same.
  private func written(_ node: String, _ text: String, _ selinux: Pattern) throws {
    let path = selinuxfs + "/" + node
    let trace = try Trace(["selinux-write", path, text])
    let events = trace.events("selinux")
    #expect(events.count == 3)
    for event in events {
      expect(event["evt"], ["name": "selinux", "category": "Kernel Activity", "outcome": "Success"])
      expect(event["file"]["path"], Pattern(path))
      expect(event["selinux"], selinux)
    }
  }

  @Test func `a write to enforce tells what is enforced then, once that is known`() throws {
    try written("enforce", "garbage", ["enforce": [:]])
    try written("enforce", "0", ["enforce": ["status": "permissive"]])
    try written("enforce", "garbage", ["enforce": ["status": "permissive"]])
  }

  @Test func `a commit is one unless it is of 0`() throws {
    try written("commit_pending_bools", "1", ["bool_commit": ["state": true]])
    try written("commit_pending_bools", "0", ["bool_commit": [:]])
  }

  @Test(arguments: [("1", "on"), ("0", "off"), ("garbage", "error")])
  func `a boolean tells its name and its state`(text: String, state: String) throws {
    try Policy.load()
    try written(
      "booleans/\(Policy.boolean)", text, ["bool": ["name": Pattern(Policy.boolean), "state": Pattern(state)]])
  }
}

/// The least that SELinux takes for a policy: one type, one boolean, and nothing forbidden.
private enum Policy {
  static let boolean = "reading"

  /// What the kernel has names for before there is a policy, in its own order.
  private static let initial = [
    "kernel", "security", "unlabeled", "fs", "file", "file_labels", "init", "any_socket", "port", "netif", "netmsg",
    "node", "igmp_packet", "icmp_socket", "tcp_socket", "sysctl_modprobe", "sysctl", "sysctl_fs", "sysctl_kernel",
    "sysctl_net", "sysctl_net_unix", "sysctl_vm", "sysctl_dev", "kmod", "policy", "scmp_packet", "devnull",
  ]

  /// Has the kernel load it. Again is the same as once.
  static func load() throws {
    let place = try Workplace()
    var text = "class process\nclass file\n" + initial.map { "sid \($0)\n" }.joined()
    text += """
      class process { transition dyntransition }
      class file { read }
      bool \(boolean) false;
      type thing;
      role anyone;
      role anyone types thing;
      allow thing thing:file read;
      if (\(boolean)) { allow thing thing:file read; }
      user nobody roles anyone;

      """
    text += initial.map { "sid \($0) nobody:anyone:thing\n" }.joined()
    text += "genfscon selinuxfs / nobody:anyone:thing\n"
    let source = try place.file("policy.conf", text)
    // What it does not name is allowed.
    let made = try Outcome(
      of: ["/usr/bin/checkpolicy", "-U", "allow", "-c", "31", "-o", place["policy"], source])
    guard made.status == 0 else { throw Failure("checkpolicy: \(made.errors)") }
    let policy = try Data(contentsOf: URL(filePath: place["policy"]))
    let descriptor = try check("open", unsafe open(selinuxfs + "/load", O_WRONLY | O_CLOEXEC))
    defer { close(descriptor) }
    try check("load the policy", unsafe policy.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) })
  }
}
