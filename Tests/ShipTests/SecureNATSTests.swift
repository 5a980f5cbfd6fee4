import Foundation
import Support
import Testing

/// Deliveries to a server of NATS that speaks TLS.
struct SecureNATSTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  private func sink(_ server: Server, _ tls: String) -> String {
    """
    name: nats
    type: nats
    servers: ["\(server.url)"]
    subject: events.martlet
    timeout: 1m
    retry_at_most: 50ms
    batch: {wait: 1ms}
    tls: {\(tls)}
    """
  }

  @Test func `a server with a certificate that is trusted gets all events`() throws {
    let certificate = try Certificate(in: stage.workplace)
    let server = try Server(certificate, in: stage.workplace)
    stage.write(20)
    try stage.ship(sink(server, "ca_file: \(certificate.file)"))
    try stage.waitUntilDone("nats")
    #expect(try server.client.storedNumbers() == Array(1...20))
  }

  @Test(arguments: [
    ("127.0.0.1", "nobody", "self-signed certificate"), ("127.0.0.1", "another", "certificate"),
    ("other.example", "itself", "IP address mismatch"),
  ])
  func `a server with another's certificate, or one that nobody vouches for, gets nothing`(
    name: String, vouching: String, reason: String
  ) throws {
    let certificate = try Certificate(name: name, in: stage.workplace)
    let another = try Certificate(name: "another", in: stage.workplace)
    let server = try Server(certificate, in: stage.workplace)
    stage.write(5)
    let tls = [
      "nobody": "verify: true", "another": "ca_file: \(another.file)", "itself": "ca_file: \(certificate.file)",
    ]
    try stage.ship(sink(server, tls[vouching] ?? ""))
    try Program.wait { stage.values("nats").failures >= 3 }
    #expect(stage.values("nats").trouble?.contains(reason) == true, "\(stage.values("nats").trouble ?? "")")
    #expect(stage.values("nats").delivered == 0)
    #expect(try server.client.storedNumbers().isEmpty)
    // Who asks for it gets it.
    try stage.ship(sink(server, "verify: false"))
    try stage.waitUntilDone("nats")
    #expect(try server.client.storedNumbers() == Array(1...5))
  }
}

/// A server with a certificate, and a stream on it.
private final class Server {
  let url: String
  let client: NATSClient
  private let program: Program

  init(_ certificate: Certificate, in workplace: Workplace) throws {
    let port = try freePort()
    url = "tls://127.0.0.1:\(port)"
    program = try Program([
      "/usr/sbin/nats-server", "--addr", "127.0.0.1", "--port", "\(port)", "--jetstream", "--store_dir",
      workplace["nats"],
      "--tls", "--tlscert", certificate.file, "--tlskey", certificate.key,
    ])
    client = try NATSClient([url], trusting: certificate)
    try client.makeStream(replicas: 1)
  }
}
