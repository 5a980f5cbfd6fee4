import Glibc
import Support
import Testing

/// Deliveries to a server that misbehaves.
struct WebhookTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  private func sink(_ server: HTTPServer, _ more: String = "", timeout: String = "1m") -> String {
    """
    name: hook
    type: webhook
    url: http://127.0.0.1:\(server.port)/events
    compression: none
    timeout: \(timeout)
    retry_at_most: 100ms
    batch: {events: 10, wait: 10ms}
    \(more)
    """
  }

  @Test(arguments: [
    ["500", "503"], ["reset"], ["half"], ["408", "425"], ["401", "403"], ["404", "405", "410"], ["redirect"],
    ["slow:0.3"], ["429:1"], ["reset", "500", "half", "429:1"],
  ])
  func `a server that misbehaves gets all events in order once it behaves`(behaviours: [String]) throws {
    let server = try HTTPServer(behaviours, in: stage.workplace)
    stage.write(25)
    try stage.ship(sink(server))
    try stage.waitUntilDone("hook")
    let values = stage.values("hook")
    #expect(server.numbers == Array(1...25))
    #expect(values.delivered == 25)
    #expect(values.dead == 0)
    #expect(values.failures == (behaviours == ["slow:0.3"] ? 0 : UInt64(behaviours.count)))
    #expect(values.trouble == nil)
  }

  @Test func `a server that asks for time gets it`() throws {
    let server = try HTTPServer(["429:2"], in: stage.workplace)
    stage.write(1)
    let start = ContinuousClock.now
    try stage.ship(sink(server))
    try stage.waitUntilDone("hook")
    #expect(ContinuousClock.now - start >= .seconds(2))
  }

  @Test func `a request that nobody waited for was taken, and is sent again with the same key`() throws {
    let server = try HTTPServer(["slow:2.5"], in: stage.workplace)
    stage.write(25)
    try stage.ship(sink(server, timeout: "2s"))
    try stage.waitUntilDone("hook")
    // The first two of them, on a machine that is slow, too: the others follow those.
    try Program.wait { server.requests.count { numbers($0.body).first == 1 } >= 2 }
    #expect(Set(server.numbers) == Set(1...25))
    let keys = server.requests.filter { numbers($0.body).first == 1 }.map { $0.headers["idempotency-key"] }
    #expect(Set(keys).count == 1)
    #expect(keys[0]?.hasSuffix("-10") == true)
    #expect(stage.values("hook").failures >= 1 && stage.values("hook").delivered == 25)
    #expect(stage.values("hook").trouble == nil)
  }

  @Test func `an event that is refused costs no other one`() throws {
    let server = try HTTPServer(["refuse:event 7\""], in: stage.workplace)
    stage.write(30)
    try stage.ship(sink(server))
    try stage.waitUntilDone("hook")
    #expect(server.numbers == Array(1...6) + Array(8...30))
    #expect(stage.values("hook").dead == 1)
    let dead = content(stage.workplace["state/hook.dead.jsonl"])
    #expect(numbers(dead) == [7])
    #expect(dead.contains(#""reason":"the server answered 400"#))
  }

  @Test func `dead letters that later ones replace are counted`() throws {
    let file = try stage.workplace.file("state/hook.dead.jsonl")
    try stage.workplace.file("state/hook.dead.jsonl.1", "{}\n{}\n{}\n")
    try check("truncate", unsafe truncate(file, 65 << 20))
    let server = try HTTPServer(["refuse:event 2\""], in: stage.workplace)
    stage.write(3)
    try stage.ship(sink(server))
    try stage.waitUntilDone("hook")
    #expect(stage.values("hook").replaced == 3)
    #expect(numbers(content(file)) == [2])
  }

  @Test func `what a server refuses for good is kept`() throws {
    let server = try HTTPServer(["409"], in: stage.workplace)
    stage.write(20)
    try stage.ship(sink(server))
    try stage.waitUntilDone("hook")
    #expect(server.numbers == Array(11...20))
    #expect(numbers(content(stage.workplace["state/hook.dead.jsonl"])) == Array(1...10))
  }

  @Test func `a server that hangs costs other sinks nothing`() throws {
    let server = try HTTPServer(["hang", "hang", "hang"], in: stage.workplace)
    stage.write(100)
    try stage.ship(
      sink(server), "name: file\ntype: file\npath: \(stage.workplace["events.jsonl"])\nbatch: {wait: 10ms}")
    try stage.waitUntilDone("file")
    #expect(numbers(content(stage.workplace["events.jsonl"])) == Array(1...100))
    #expect(stage.values("hook").delivered == 0)
  }

  @Test(arguments: ["none", "gzip", "zstd"])
  func `a body is packed as the header says`(compression: String) throws {
    let server = try HTTPServer(in: stage.workplace)
    stage.write(10)
    try stage.ship(sink(server).replacing("compression: none", with: "compression: \(compression)"))
    try stage.waitUntilDone("hook")
    let request = try #require(server.requests.first)
    #expect(request.headers["content-encoding"] == (compression == "none" ? nil : compression))
    // The server leaves zstd as it is.
    #expect(compression == "zstd" ? request.body.hasPrefix("28b52ffd") : numbers(request.body) == Array(1...10))
    #expect(request.headers["martlet-events"] == "10")
  }

  @Test func `envelopes carry ids that go on after a restart`() throws {
    let server = try HTTPServer(in: stage.workplace)
    for _ in 1...2 {
      stage.write(3)
      try stage.ship(sink(server, "format: envelopes"))
      try stage.waitUntilDone("hook")
    }
    let lines = server.requests.flatMap { $0.body.split(separator: "\n") }
    let ids = lines.map { $0.prefix { $0 != "," } }
    #expect(ids.count == 6)
    #expect(Set(ids).count == 6)
  }

  // MARK: TLS

  private func secureSink(_ server: HTTPServer, _ tls: String) -> String {
    """
    name: hook
    type: webhook
    url: https://127.0.0.1:\(server.port)/
    compression: none
    retry_at_most: 50ms
    batch: {wait: 10ms}
    tls: {\(tls)}
    """
  }

  @Test func `a server with a certificate that is trusted is spoken to`() throws {
    let certificate = try Certificate(in: stage.workplace)
    let server = try HTTPServer(["reset"], certificate: certificate, in: stage.workplace)
    stage.write(5)
    try stage.ship(secureSink(server, "ca_file: \(certificate.file)"))
    try stage.waitUntilDone("hook")
    #expect(server.numbers == Array(1...5))
  }

  @Test(arguments: [true, false])
  func `a server with another's certificate, or one that nobody trusts, gets nothing`(isTrusted: Bool) throws {
    let certificate = try Certificate(name: isTrusted ? "other.example" : "127.0.0.1", in: stage.workplace)
    let server = try HTTPServer(certificate: certificate, in: stage.workplace)
    stage.write(5)
    try stage.ship(secureSink(server, isTrusted ? "ca_file: \(certificate.file)" : "verify: true"))
    try Program.wait { stage.values("hook").failures >= 3 }
    #expect(server.requests.isEmpty)
    #expect(stage.values("hook").trouble?.contains("certificate") == true)
    // Who asks for it gets it.
    try stage.ship(secureSink(server, "verify: false"))
    try stage.waitUntilDone("hook")
    #expect(server.numbers == Array(1...5))
  }
}
