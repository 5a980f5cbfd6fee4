import Testing

@testable import MartletRules

struct ConditionTests {
  @Test(arguments: [
    ("", true), ("  ", true), ("7.74.0", true), ("= 7.74.0", true), ("==7.74.0", true), ("7.73.9", false),
    ("!= 7.74.0", false), ("!=7.74", false), ("!= 7.73", true), (">= 7.46", true), (">= 7.74.1", false),
    (">=7.75", false),
    ("> 7.74", false), ("> 7.73", true), ("> 7", false), (">7.73.9", true), ("< 7.71", false), ("< 7.75", true),
    ("<7.74.0", false), ("<= 7.74", true), ("<= 7.73", false), ("<= 7", true), ("=<7.74", true), ("=> 7.74", true),
    ("~7.74", true), ("~7.73", false), ("~7", true), ("~7.74.1", false), ("~> 7.74.0", true), ("^7.1", true),
    ("^6.9", false), ("^7.75", false), ("7.x", true), ("7.74.x", true), ("7.73.X", false), ("*", true), ("7.*", true),
    (">=7.65 <7.70", false), (">=7.65 <7.80", true), (">= 7.65, < 7.80", true), (">=7.65,<7.70", false),
    ("7.70 - 7.80", true), ("7.70 - 7.73", false), ("7.70 - 7.74", true), ("< 7.1 || > 7.73", true),
    ("<7.1||7.2", false), ("< 7.1 || >= 7.70 < 7.80", true), ("v7.74.0", true), (">= 7.74.0-rc.1", true),
    ("> 7.74.0-rc.1", true), ("<= 7.74.0-rc.1", false), ("< 7.74.0-rc.1", false), ("= 7.74.0-rc.1", false),
    (">= 7.74.0+build", true),
  ])
  func `a version constraint accepts as semantic versions say`(text: String, accepts: Bool) throws {
    #expect(try #require(VersionConstraint(text)).accepts(AgentVersion(7, 74, 0)) == accepts)
  }

  @Test(arguments: [
    "abc", ">=", "7.74.0.1", "> > 7", "||", "7 ||", "7.74 -", ">= 7.a", "7..1", "<>7", "99999999999999999999",
  ])
  func `what is no constraint is refused`(text: String) {
    #expect(VersionConstraint(text) == nil)
    let scene = PolicyScene("rules: [{id: a, expression: exec.pid == 1, agent_version: \"\(text)\"}]")
    #expect(scene.ruleSet.rules.isEmpty)
    #expect(scene.report.policies[0].rules.map(\.status) == [.agentVersionError])
  }

  @Test(arguments: [
    ("0.0", "0.0.7", true), ("^0.2.3", "0.2.9", true), ("^0.2.3", "0.3.0", false), ("^0.0.3", "0.0.3", true),
    ("^0.0.3", "0.0.4", false), ("^0.0", "0.0.9", true), ("^0", "0.9.9", true), ("~1.2.3", "1.2.9", true),
    ("~1.2.3", "1.3.0", false),
  ])
  func `versions before 1 are compatible within less`(text: String, version: String, accepts: Bool) throws {
    #expect(try #require(VersionConstraint(text)).accepts(#require(AgentVersion(version))) == accepts)
  }

  @Test(
    arguments: [
      ("7.71.0-rc.3", "7.71.0"), ("7.71.0+abc", "7.71.0"), ("v1.2.3", "1.2.3"), ("7.71", nil), ("x", nil),
      ("7.x.1", nil),
    ] as [(String, String?)])
  func `the agent's version counts without its pre-release`(text: String, expected: String?) {
    #expect(AgentVersion(text)?.description == expected)
  }

  private static let host = HostFacts(
    osRelease: "NAME=\"Debian\"\nID=debian\nVERSION_ID=\"12\"\nPLATFORM_ID='platform:x'\n", release: "6.8.0-45-generic",
    hostname: "web-1", environment: ["DD_X=1", "PATH=/bin"])

  @Test(arguments: [
    ("os == \"linux\"", true), ("os == \"windows\"", false), ("os.id == \"debian\"", true),
    ("os.platform_id == \"platform:x\"", true), ("os.version_id == \"12\"", true), ("os.is_amazon_linux", false),
    ("os.is_cos", false), ("os.is_debian", true), ("os.is_oracle", false), ("os.is_rhel", false),
    ("os.is_rhel7", false),
    ("os.is_rhel8", false), ("os.is_sles", false), ("os.is_sles12", false), ("os.is_sles15", false),
    ("\"DD_X=1\" in envs", true), ("envs in [ ~\"DD_*\" ]", true), ("hostname == \"web-1\"", true),
    ("kernel.version.major == 6", true), ("kernel.version.minor >= 8", true), ("kernel.version.patch == 0", true),
    ("kernel.version.abi == 45", true), ("kernel.version.flavor == \"generic\"", true), ("kernel.core.enabled", true),
    ("origin == \"ebpf\"", true), ("!(os.is_debian)", false), ("true", true), ("false", false),
    ("kernel.version.major > 5 || kernel.version.minor > 90", true),
  ])
  func `filters ask about the host`(filter: String, accepts: Bool) throws {
    #expect(try Self.host.accept(filter) == accepts)
  }

  @Test(arguments: [
    ("rhel", "7.9", "os.is_rhel7"), ("rhel", "8.4", "os.is_rhel8"), ("rhel", "9", "os.is_rhel"),
    ("sles", "12.5", "os.is_sles12"), ("sles", "15", "os.is_sles15"), ("amzn", "2023", "os.is_amazon_linux"),
    ("cos", "", "os.is_cos"), ("ol", "8", "os.is_oracle"),
  ])
  func `distributions are known by os-release`(id: String, version: String, filter: String) throws {
    let host = HostFacts(osRelease: "ID=\(id)\nVERSION_ID=\(version)", release: "5.4", hostname: "", environment: [])
    #expect(try host.accept(filter))
    #expect(try !host.accept("os.is_debian"))
    #expect(try host.accept("hostname == \"unknown\" && kernel.version.abi == 0 && kernel.version.flavor == \"\""))
  }

  @Test(arguments: [
    ("filters: []", true), ("filters: ['os == \"windows\"', 'os == \"linux\"']", true),
    ("filters: ['os == \"windows\"']", false), ("agent_version: '< 7.1'", false),
    ("agent_version: '>= 7.1'\n   filters: ['os == \"windows\"']", false),
    ("agent_version: '>= 7.1'\n   filters: ['os == \"linux\"']", true),
  ])
  func `constraint and one of the filters must accept`(lines: String, loads: Bool) {
    let scene = PolicyScene("rules:\n - id: a\n   expression: exec.pid == 1\n   \(lines)")
    #expect(scene.errors == [])
    #expect(scene.ruleSet.rules.isEmpty != loads)
  }

  @Test(arguments: ["os ==", "exec.pid == 1", "${x} == 1", "os == 1", "hostname", "MACRO"])
  func `a filter that cannot be compiled drops its rule`(filter: String) {
    let scene = PolicyScene(
      "macros: [{id: MACRO, expression: 'true'}]\nrules:\n - {id: a, expression: exec.pid == 1, filters: ['\(filter)']}"
    )
    #expect(!scene.errors.isEmpty)
    #expect(scene.ruleSet.rules.isEmpty)
  }

  @Test func `entries for other hosts take no part`() {
    let scene = PolicyScene(
      """
      rules:
        - {id: a, expression: exec.pid == 1, agent_version: "< 7.0"}
        - {id: a, expression: exec.pid == 2, agent_version: ">= 7.0 < 7.50"}
        - {id: a, expression: exec.pid == 3, agent_version: ">= 7.50"}
        - {id: a, expression: exec.pid == 4, agent_version: "> 8"}
        - {id: b, expression: exec.pid == 5, filters: ['os == "windows"']}
      """)
    #expect(scene.ruleSet.rules.map(\.expression) == ["exec.pid == 3"])
    let rules = scene.report.policies[0].rules
    #expect(rules.map(\.id) == ["a", "a", "a", "b"])
    #expect(rules.map(\.filterType) == [.agentVersion, .agentVersion, nil, .ruleFilter])
    #expect(scene.report.policies[0].status == .partiallyFiltered)
  }
}
