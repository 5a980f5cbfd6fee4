import Foundation
import Glibc
import Support
import Testing

/// A process whose cgroup is named as container runtimes name theirs.
@Suite(.kernel)
struct ContainerTests {
  @Test(arguments: ControlGroup.hierarchies)
  func `the container is the one that the cgroup names`(hierarchy: String) throws {
    let place = try Workplace()
    let file = try place.file("file")
    let id = (0..<4).map { _ in String(format: "%016lx", UInt64.random(in: .min ... .max)) }.joined()
    let group = try ControlGroup("\(hierarchy)/docker-\(id).scope")
    let trace = try Trace(["in-cgroup", group.path, "fork", file])

    let execs = trace.events("exec")
    try #require(execs.count == 2)
    #expect(execs[0]["container"] == .object([:]) && execs[0]["process"]["container"].isAbsent)
    let container: Pattern = ["id": Pattern(id), "created_at": .time]
    for event in [execs[1], try trace.only("fork"), try trace.only("open", path: file)] + trace.events("exit") {
      expect(event["container"], container)
      expect(event["process"]["container"], container)
      #expect(event["container"]["created_at"] == execs[1]["process"]["exec_time"])
    }
    // Its ancestors were never in it.
    #expect(execs[1]["process"]["parent"]["container"].isAbsent)
  }

  @Test(arguments: ControlGroup.hierarchies.prefix(1))
  func `a variable of a container is told with each match in it`(hierarchy: String) throws {
    let place = try Workplace()
    let file = try place.file("file")
    let id = (0..<4).map { _ in String(format: "%016lx", UInt64.random(in: .min ... .max)) }.joined()
    let group = try ControlGroup("\(hierarchy)/docker-\(id).scope")
    let policy = try place.file(
      "test.policy",
      """
      version: 1.2.3
      rules:
        - id: opened
          version: 7.0.1
          description: A file was opened in a container
          expression: open.file.path == "\(file)"
          tags: {team: ours}
          actions:
            - set: {name: times, expression: "${container.times} + 1", default_value: 0, scope: container}
      """)
    let trace = try Trace(["in-cgroup", group.path, "fork", file], policy: policy, options: ["--only-matches"])
    let match = try trace.only("open", path: file)
    expect(match["container"]["variables"], ["times": 1])
    expect(match["agent"]["rule_id"], "opened")
  }

  /// Containers of podman and runc, which keep what they know in directories of their own for the time of the test.
  @Test(
    .enabled(
      if: Kernel.isRequired || FileManager.default.isExecutableFile(atPath: "/usr/bin/podman"),
      "it takes podman and runc"))
  func `what the runtime's files tell of a container, rules may ask`() throws {
    let place = try Workplace()
    let parent = URL(filePath: place.path).lastPathComponent
    let policy = try place.file(
      "test.policy",
      """
      version: 1.2.3
      rules:
        - id: in_image
          expression: exec.file.name == "busybox" && process.container.tags in ["image_name:localhost/martlet-test"]
            && process.container.tags in ["image_tag:1.2"] && process.container.tags in ["container_name:\(parent)"]
      """)
    let script = """
      set -euo pipefail
      trap 'find /sys/fs/cgroup -maxdepth 2 -name \(parent) -exec rmdir {} +' EXIT
      mount -t tmpfs none /var/lib
      mount -t tmpfs none /run
      mkdir -p /run/image/bin
      cp "$(command -v busybox)" /run/image/bin
      podman="podman --runtime runc --cgroup-manager cgroupfs --storage-driver vfs"
      tar -C /run/image -c . | $podman import --quiet - localhost/martlet-test:1.2
      \(Program.martlet) trace --format json --only-matches --output \(place["events"]) --policy \(policy) -- \
        $podman run --network none --cgroups no-conmon --cgroup-parent /\(parent) --name \(parent) \
        --ulimit nofile=1024:1024 --ulimit nproc=1000:1000 localhost/martlet-test:1.2 /bin/busybox true
      grep -oE '"(id|created)":"[^"]*"' /var/lib/containers/storage/vfs-containers/containers.json
      """
    let outcome = try Outcome(of: ["/usr/bin/unshare", "--mount", "--propagation", "private", "bash", "-c", script])
    let told = outcome.text.split(separator: "\n").filter { $0.hasPrefix("\"") }
      .map { String($0.split(separator: "\"")[2]) }
    try #require(outcome.status == 0 && told.count == 2, "\(outcome.text)\(outcome.errors)")
    let events = try [UInt8](Data(contentsOf: URL(filePath: place["events"]))).events()
    try #require(events.count == 1, "\(outcome.errors)")
    expect(events[0]["container"], ["id": Pattern(told[0]), "created_at": Pattern(told[1])])
  }
}
