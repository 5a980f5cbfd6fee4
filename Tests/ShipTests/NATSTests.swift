import Foundation
import Glibc
import Support
import Testing

/// Deliveries to a cluster of NATS with JetStream: three nodes, on loopback.
@Suite(.serialized)
struct NATSTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  @Test func `nothing that a cluster acknowledged is lost or twice in its stream when a node is killed`() throws {
    let cluster = try NATSCluster(in: stage.workplace)
    stage.write(100)
    try stage.ship(
      """
      name: nats
      type: nats
      servers: [\(cluster.urls.joined(separator: ", "))]
      subject: events.martlet
      timeout: 1s
      retry_at_most: 200ms
      batch: {events: 50, wait: 10ms}
      """)
    try Program.wait { stage.values("nats").delivered > 20 }
    stage.write(500)
    try Program.wait { stage.values("nats").delivered > 150 }
    try cluster.killLeader()
    stage.write(500)
    try stage.waitUntilDone("nats")
    #expect(stage.values("nats").delivered == 1100)
    // In order, and each once: what was sent twice has the same id.
    #expect(try cluster.storedNumbers() == Array(1...1100))
  }

  @Test func `without a server events wait, and no time is lost`() throws {
    stage.write(5)
    try stage.ship(
      "name: nats\ntype: nats\nservers: [nats://127.0.0.1:\(freePort())]\ntimeout: 10m\nretry_at_most: 20ms\nbatch: {wait: 1ms}"
    )
    try Program.wait { stage.values("nats").failures > 3 }
    #expect(stage.values("nats").delivered == 0)
    #expect(stage.values("nats").trouble == "No server available for connection")
    let start = ContinuousClock.now
    stage.stop()
    #expect(ContinuousClock.now - start < .seconds(60))
  }
}

/// Three servers and a stream on all of them.
private final class NATSCluster {
  let urls: [String]
  private var nodes: [Program] = []
  private let client: NATSClient

  init(in workplace: Workplace) throws {
    let ports = try (0..<3).map { _ in try freePort() }
    let routes = try (0..<3).map { _ in try freePort() }
    urls = ports.map { "nats://127.0.0.1:\($0)" }
    let peers = routes.map { "nats://127.0.0.1:\($0)" }.joined(separator: ",")
    for number in 0..<3 {
      nodes.append(
        try Program([
          "/usr/sbin/nats-server", "--addr", "127.0.0.1", "--port", "\(ports[number])", "--name", "n\(number)",
          "--cluster_name", "martlet", "--cluster", "nats://127.0.0.1:\(routes[number])", "--routes", peers,
          "--jetstream", "--store_dir", workplace["nats\(number)"],
        ]))
    }
    client = try NATSClient(urls)
    try client.makeStream(replicas: 3)
  }

  /// Kills the node that leads the stream.
  func killLeader() throws {
    var leader = ""
    // While one is being chosen there is none.
    try Program.wait {
      leader = (try? client.ask("STREAM.INFO.events", patience: 2000))?["cluster"]["leader"].string ?? ""
      return !leader.isEmpty
    }
    let number = try #require(Int(leader.dropFirst()))
    kill(nodes[number].pid, SIGKILL)
    try nodes[number].wait()
  }

  /// The numbers of the events in the stream.
  func storedNumbers() throws -> [Int] { try client.storedNumbers() }
}
