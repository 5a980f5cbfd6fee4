import MartletContext
import MartletModel
import Testing

/// What each runtime's file tells. Those of podman and runc are what these programs wrote, cut to what matters; those of
/// docker, containerd, crun and systemd follow what their documentation and sources say of the files.
struct ContainerFactsTests {
  private static let id = "9bc39d5fb020df3d6abe82a4b83e4acd044e8068d1aa2d0aa62e6f5fc3a8cc8f"

  private static let docker = """
    {"StreamConfig":{},"State":{"Running":true,"Pid":4711,"StartedAt":"2026-11-26T11:37:10.1Z"},"ID":"\(id)",
    "Created":"2026-11-26T11:37:09.065432109Z","Path":"/docker-entrypoint.sh","Args":["nginx"],
    "Config":{"Hostname":"9bc39d5fb020","Env":["TOKEN=secret"],"Cmd":["nginx"],"Image":"nginx:1.27","Labels":{}},
    "Image":"sha256:9f27a1b5","Name":"/web","Driver":"overlay2","OOMScoreAdj":0,"MountPoints":{}}
    """
  private static let storage = #"""
    [{"id":"4e1c","names":["other"],"image":"2b52","metadata":"{\"image-name\":\"other\"}","created":"2026-11-26T00:00:00Z"},
    {"id":"\#(id)","names":["web"],"image":"2b52","layer":"6928","metadata":"{\"image-name\":\"localhost/nginx:1.27\",
    \"image-id\":\"2b52\",\"name\":\"web\",\"created-at\":1795693029}","created":"2026-11-26T11:37:09.097243901Z",
    "flags":{"MountLabel":"","ProcessLabel":"","Volatile":true}}]
    """#.split(separator: "\n").joined()
  private static let bundle = """
    {"ociVersion":"1.1.0","process":{"args":["nginx"],"rlimits":[{"hard":18446744073709551615}]},"root":{"path":"rootfs"},
    "annotations":{"io.kubernetes.cri.container-name":"web","io.kubernetes.cri.container-type":"container",
    "io.kubernetes.cri.image-name":"registry.k8s.io/nginx:1.27","io.kubernetes.cri.sandbox-namespace":"shop"}}
    """
  private static let runc = """
    {"id":"\(id)","init_process_pid":19700,"init_process_start":4830348,"created":"2026-11-26T11:37:09.465532418Z",
    "config":{"no_pivot_root":false,"rootfs":"/var/lib/containers/storage/overlay/6928/merged"}}
    """
  private static let crun = """
    {"pid": 4711,"cgroup-path": "/libpod_parent/libpod-\(id)","created": "2026-11-26T11:37:09.465532Z","rootless": false}
    """
  private static let machine = """
    # This is private data. Do not parse.
    NAME=web
    SCOPE=machine-web.scope
    SERVICE=systemd-nspawn
    ROOT=/var/lib/machines/web
    ID=0123456789abcdef0123456789abcdef
    LEADER=4711
    CLASS=container
    REALTIME=1795693029065432
    MONOTONIC=4830348000
    """

  private func facts(_ runtime: String, _ text: [UInt8]) -> ContainerFacts? {
    switch runtime {
    case "docker": ContainerFacts(docker: text)
    case "storage": ContainerFacts(storage: text, id: Self.id)
    case "bundle": ContainerFacts(bundle: text, modified: Instant(nanoseconds: 7))
    case "runtime": ContainerFacts(runtime: text)
    default: ContainerFacts(machine: text)
    }
  }

  private static let all = [
    ("docker", docker, "web", "nginx:1.27", 1_795_693_029_065_432_109),
    ("storage", storage, "web", "localhost/nginx:1.27", 1_795_693_029_097_243_901),
    ("bundle", bundle, "web", "registry.k8s.io/nginx:1.27", 7),
    ("runtime", runc, "", "", 1_795_693_029_465_532_418),
    ("runtime", crun, "", "", 1_795_693_029_465_532_000),
    ("machine", machine, "web", "", 1_795_693_029_065_432_000),
  ]

  @Test(arguments: all)
  func `each file tells what it knows`(
    runtime: String, text: String, name: String, image: String, created: Int
  ) throws {
    let facts = try #require(self.facts(runtime, Array(text.utf8)))
    #expect(facts.name == name && facts.image == image)
    #expect(facts.createdAt == Instant(nanoseconds: Int64(created)))
    #expect(ContainerFacts(answer: facts.answer) == facts)
    #expect(!String(decoding: facts.answer, as: UTF8.self).contains("secret"))
  }

  @Test(arguments: all)
  func `a file that is cut off or damaged tells less, and is no trap`(
    runtime: String, text: String, name: String, image: String, created: Int
  ) {
    let bytes = Array(text.utf8)
    for end in stride(from: 0, to: bytes.count, by: 17) {
      _ = facts(runtime, Array(bytes.prefix(end)))
      for byte in [0, UInt8(ascii: "\""), UInt8(ascii: "9"), 0xff] {
        var damaged = bytes
        damaged[end] = byte
        if let facts = self.facts(runtime, damaged) { _ = ContainerFacts(answer: facts.answer) }
      }
    }
  }

  @Test(arguments: [
    ("docker", "[]"), ("docker", "{"), ("storage", "[]"), ("storage", "{}"), ("storage", #"[{"id":7},3,null]"#),
    ("bundle", "{}"), ("runtime", "{}"), ("runtime", #"{"created":"soon"}"#),
    ("runtime", #"{"created":"0001-01-01T00:00:00Z"}"#), ("machine", ""), ("machine", "CLASS=vm\nNAME=web\n"),
    ("docker", String(repeating: "[", count: 100_000)),
  ])
  func `a file of another shape tells nothing`(runtime: String, text: String) {
    #expect(facts(runtime, Array(text.utf8)) == nil)
  }

  @Test func `members of other types count as missing`() throws {
    let text = #"{"Name":7,"Created":[],"Config":"nginx"}"#
    let facts = try #require(ContainerFacts(docker: Array(text.utf8)))
    #expect(facts.name == "" && facts.image == "" && facts.createdAt == nil)
  }

  @Test func `names that are too long are cut, and what separates them is taken out`() throws {
    let long = String(repeating: "é", count: 5000)
    let facts = try #require(ContainerFacts(docker: Array(#"{"Name":"a\u0000b","Config":{"Image":"\#(long)"}}"#.utf8)))
    let read = try #require(ContainerFacts(answer: facts.answer))
    #expect(read.name == "ab" && read.image == String(long.prefix(256)))
  }
}
