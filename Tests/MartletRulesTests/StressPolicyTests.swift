import MartletSchema
import Testing

@testable import MartletRules

/// A policy of the size and with the constructs of those that people bring.
struct StressPolicyTests {
  /// Event types with one field of each that a rule can test.
  private static let questions = [
    "exec.file.name in [\"nc\", ~\"ncat*\"]", "exec.args =~ r\".*-e\\s+/bin/(ba)?sh\\b.*\"",
    "open.file.path in [ \"/etc/shadow\", ~\"/root/.ssh/**\" ] && open.flags & (O_CREAT|O_RDWR|O_WRONLY) > 0",
    "unlink.file.path in [~\"/var/log/**\"]", "connect.addr.ip in [169.254.169.254/32, 10.0.0.0/8]",
    "rename.file.destination.path == \"/etc/passwd\"", "chmod.file.destination.mode & S_ISUID > 0",
    "chown.file.path == \"/etc/sudoers\" && chown.file.destination.uid != chown.file.uid",
    "link.file.path == \"/etc/shadow\"", "utimes.file.path in [~\"/usr/bin/*\"]",
    "dns.question.name in [~\"*.onion.example\", \"pool.example\"]",
    "bpf.cmd == BPF_PROG_LOAD && process.file.name != \"x\"",
    "load_module.args_truncated == false", "ptrace.request == PTRACE_ATTACH", "packet.filter == \"tcp port 80\"",
    "mount.mountpoint.path == \"/host\"", "imds.cloud_provider == \"aws\"", "splice.pipe_exit_flag == 1",
    "accept.addr.port == 22",
    "cgroup_write.file.name == \"release_agent\"", "chdir.file.path == \"/proc/self/fd/8\"", "exit.cause == EXITED",
    "mmap.protection & (PROT_EXEC|PROT_WRITE) == 6", "prctl.option == 15", "selinux.enforce.status == \"permissive\"",
    "setsockopt.level == 1", "setuid.euid == 0", "signal.type == SIGKILL",
    "fim.write.file.path == \"/etc/ld.so.preload\"",
  ]

  private static let versions = [
    ">= 7.46", ">=7.65 <7.80", "< 7.71 || >= 7.72", ">= 7.46, < 8", "^7.40", "~7.74", "7.x", ">7.30", ">= 7.50.0",
    "<= 7.99",
    "!= 7.1.0", "*", "7.1 - 7.99", ">=7.46.0-rc.1", ">= 7.42 || < 6", "7",
  ]

  private static let actions = [
    """
          - filter: process.pid != 0 && event.origin == "ebpf"
            set: {name: counter, scope: cgroup, expression: "${cgroup.counter} + 1", default_value: 0, ttl: 3600000000000}
    """,
    """
          - set: {name: file_categories, scope: cgroup, value: category, append: true, ttl: 3600000000000, private: true}
    """,
    """
          - filter: ${process.correlation_key} != ""
            set: {name: parent_correlation_keys, scope: process, expression: "${process.correlation_key}", default_value: "", append: true, inherited: true}
    """,
    """
          - set:
              name: correlation_key
              scope: process
              inherited: true
              default_value: ""
              expression: "\\"cgroup_${builtins.uuid4}_${process.pid}\\""
    """,
    """
          - set: {name: rtl_args, scope: cgroup, field: process.args, append: true, private: true, ttl: 3600000000000, size: 10000}
    """,
    """
          - set: {name: seen, scope: container, value: true}
    """,
    """
          - hash: {}
    """,
    """
          - hash: {field: process.file}
    """,
  ]

  private static func policy(rules: Int) -> String {
    var text = "version: 1.69.3\nmacros:\n"
    for index in 0..<50 {
      text +=
        "  - id: MACRO_\(index)\n    description: d\n    expression: >-\n      [\"name\(index)\", ~\"/glob\(index)/*\"]\n"
      if index % 16 == 0 { text += "    filters:\n      - os == \"linux\"\n" }
    }
    text += "rules:\n"
    for index in 0..<rules {
      let question = questions[index % questions.count]
      let type = question.prefix { $0 != "." }
      text += "  - id: rule_\(index)\n    description: Rule \(index)\n    expression: >-\n      (\(question))\n"
      text += "      && process.comm not in MACRO_\(index % 50)\n"
      if index % 7 == 0 { text += "      && ${process.correlation_key} in [\"\", ~\"cgroup_*\"]\n" }
      if index % 9 == 0 { text += "      && process.args not in ${cgroup.rtl_args}\n" }
      if index % 5 == 0 { text += "      && process.ancestors.file.name not in [~\"apt*\", \"dpkg\"]\n" }
      text += "    product_tags: [\"policy:threat-detection\", \"tactic:TA\(index)\", \"technique:T\(index)\"]\n"
      text += "    filters:\n      - os == \"linux\"\n"
      if index % 3 == 0 { text += "    agent_version: \"\(versions[index / 3 % versions.count])\"\n" }
      if index % 4 == 0 {
        text += "    tags:\n      threat_score: 4\n      deprecated: false\n      allow_autosuppression: true\n"
        if index % 28 == 0 { text += "      execution_context: True\n" }
      }
      if index == 10 || index == 20 { text += "    every: 0\n" }
      if index % 15 == 0 { text += "    silent: true\n" }
      if index % 4 == 1 {
        text += "    actions:\n"
        for action in 0..<4 where type == "exec" || type == "open" || (index / 4 + action) % actions.count != 6 {
          text += actions[(index / 4 + action) % actions.count] + "\n"
        }
      }
    }
    return text
  }

  @Test func `a large policy with every construct loads whole`() throws {
    let scene = PolicyScene([("default.policy", Self.policy(rules: 282))])
    #expect(scene.errors == [])
    #expect(scene.report.policies.map(\.status) == [.loaded])
    #expect(scene.ruleSet.rules.count == 282)
    #expect(scene.report.loadedRules == 282)
    #expect(scene.ruleSet.variables.count == 6)
  }

  @Test func `rules fire again only for what was not seen within the hour`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: a
          expression: exec.comm == "nc" && process.args not in ${cgroup.rtl}
          every: 1ns
          actions:
            - set: {name: rtl, scope: cgroup, field: process.args, append: true, private: true, ttl: 3600000000000}
      """)
    let hour = 3600 * second
    func show(_ arguments: String, _ cgroup: String, at now: Int64) throws -> Bool {
      try !scene.matches(
        "exec", ["exec.comm": "nc", "process.args": .string(arguments)], scopes: Scopes(cgroupID: cgroup), at: now
      ).isEmpty
    }
    #expect(try show("-l", "one", at: 0))
    #expect(try !show("-l", "one", at: 1))
    #expect(try show("-e", "one", at: 2))
    #expect(try show("-l", "two", at: 3))
    #expect(try !show("-l", "one", at: hour - 1))
    #expect(try show("-l", "one", at: hour))
  }

  @Test func `a correlation key is set once in a chain and passes on`() throws {
    let scene = PolicyScene(
      """
      rules:
        - id: context
          expression: exec.comm == "sshd" && ${process.key} in ["", ~"cgroup_*"]
          tags: {execution_context: "True"}
          silent: true
          actions:
            - filter: ${process.key} != ""
              set: {name: parents, scope: process, expression: "${process.key}", default_value: "", append: true, inherited: true}
            - set: {name: key, scope: process, expression: '"ssh_${process.pid}"', default_value: "", inherited: true}
        - {id: child, expression: 'exec.comm == "sh" && ${process.key} == "ssh_7"'}
      """)
    #expect(scene.errors == [])
    try scene.show("exec", ["exec.comm": "sshd", "process.pid": .integer(7)], scopes: Scopes(images: [1]))
    try scene.show("exec", ["exec.comm": "sshd", "process.pid": .integer(8)], scopes: Scopes(images: [2, 1]))
    let child = try scene.show("exec", ["exec.comm": "sh"], scopes: Scopes(images: [3, 2, 1]))
    #expect(
      child.first?.variables[.process] == [
        ShownVariable(name: "key", value: .string(Array("ssh_7".utf8)))
      ])
  }
}
