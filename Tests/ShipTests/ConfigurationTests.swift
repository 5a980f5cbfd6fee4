import Foundation
import MartletShip
import Support
import Testing

struct ConfigurationTests {
  @Test(arguments: [
    ("", "ship.yaml:1:1: the file is empty"),
    ("sinks: []", "ship.yaml:1:1: there are no 'sinks'"),
    (
      "sink: [{}]\nsinks: [{name: a, type: stdout}]", "ship.yaml:1:1: there is no setting 'sink'; did you mean 'sinks'?"
    ),
    (
      "sinks: [{name: a, type: stdut}]",
      "ship.yaml:1:25: 'type' must be one of stdout, file, syslog, webhook, clickhouse, otlp, nats, kafka; did you mean 'stdout'?"
    ),
    (
      "sinks:\n  - name: a\n    type: webhook\n    ulr: https://example.org",
      "ship.yaml:2:5: 'url' is missing\nship.yaml:4:5: there is no setting 'ulr'; did you mean 'url'?"
    ),
    (
      "sinks:\n  - {name: a, type: webhook, url: ftp://example.org}",
      "ship.yaml:2:35: 'url' must begin with https:// or http://"
    ),
    (
      "sinks:\n  - {name: a, type: stdout}\n  - {name: a, type: stdout}",
      "ship.yaml:3:12: there is another sink called 'a'"
    ),
    ("sinks:\n  - {name: a/b, type: stdout}", "ship.yaml:2:12: 'name' may have 64 letters, digits, '-' and '_'"),
    (
      "sinks:\n  - name: a\n    type: stdout\n    filter: exec.fil.path == 7",
      "ship.yaml:4:13: 'filter': unknown field 'exec.fil.path'; did you mean 'exec.file.path'?"
    ),
    (
      "sinks:\n  - name: a\n    type: stdout\n    batch: {wait: soon}",
      "ship.yaml:4:19: 'wait' must be a duration such as 10s"
    ),
    (
      "sinks:\n  - name: a\n    type: stdout\n    batch: {events: 0}",
      "ship.yaml:4:21: 'events' must be an integer from 1 to 100000"
    ),
    (
      "sinks:\n  - name: a\n    type: syslog\n    address: example.org:514",
      "ship.yaml:4:14: 'address' must be tcp://HOST:PORT, tls://HOST:PORT or unix:PATH"
    ),
    (
      "sinks:\n  - name: a\n    type: webhook\n    url: https://example.org\n    password_file: /nonexistent",
      "ship.yaml:5:20: cannot read '/nonexistent': No such file or directory"
    ),
    (
      "metrics: here\nsinks: [{name: a, type: stdout}]",
      "ship.yaml:1:10: 'metrics' must be ADDRESS:PORT, with an IP address, or off"
    ),
    (
      "metrics: example.org:9464\nsinks: [{name: a, type: stdout}]",
      "ship.yaml:1:10: 'metrics' must be ADDRESS:PORT, with an IP address, or off"
    ),
    (
      "sinks:\n  - {name: a, type: file, path: x}\n  - {name: b, type: file, path: x}",
      "ship.yaml:3:33: the sink 'a' writes to that file"
    ),
    (
      "sinks:\n  - name: a\n    type: webhook\n    url: http://example.org\n    tls: {verify: true}",
      "ship.yaml:5:10: 'tls' is of use with https:// only: this address is spoken to in plain text"
    ),
    (
      "sinks:\n  - name: a\n    type: syslog\n    address: tcp://example.org:514\n    tls: {verify: true}",
      "ship.yaml:5:10: 'tls' is of use with tls:// only: this address is spoken to in plain text"
    ),
    (
      "sinks:\n  - name: a\n    type: nats\n    servers: [nats://h]\n    tls: {ca_file: /nonexistent}",
      "ship.yaml:5:20: cannot read '/nonexistent': No such file or directory"
    ),
    (
      "sinks:\n  - name: a\n    type: webhook\n    url: https://example.org\n    timeout: 0s",
      "ship.yaml:5:14: 'timeout' must be longer than 0s"
    ),
    ("sinks: [", "ship.yaml:2:1: while parsing a flow node, did not find expected node content"),
  ])
  func `a mistake is shown in its place`(text: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try ShipConfiguration(text: Array(text.utf8), path: "ship.yaml")
    }
    #expect(error?.description == message)
  }

  @Test func `what is not said has a value`() throws {
    let configuration = try ShipConfiguration(text: Array("sinks: [{name: a, type: stdout}]".utf8), path: "ship.yaml")
    #expect(configuration.outbox == "/var/lib/martlet/outbox")
    #expect(configuration.metrics?.port == 9464)
  }

  @Test func `no bytes stop the reader of configurations`() throws {
    let stage = try Stage()
    let text = Array(stage.text(["name: a\ntype: webhook\nurl: https://example.org\nbatch: {events: 7}"]).utf8)
    for _ in 0..<2000 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...5) { bytes[.random(in: bytes.indices)] = .random(in: 0...255) }
      _ = try? ShipConfiguration(text: bytes, path: "ship.yaml")
    }
  }

  @Test func `the program tells of mistakes, and what it would do`() throws {
    let workplace = try Workplace()
    let program = Program.products + "martlet-ship"
    let good = try workplace.file("good.yaml", "sinks: [{name: a, type: stdout}, {name: b, type: file, path: x}]")
    var outcome = try Outcome(of: [program, "check", "--config", good])
    #expect(outcome.status == 0)
    #expect(outcome.text == "a: stdout\nb: file\n")
    let bad = try workplace.file("bad.yaml", "sinks: [{name: a}]")
    outcome = try Outcome(of: [program, "check", "--config", bad])
    #expect(outcome.status == 2)
    #expect(outcome.errors == "\(bad):1:9: 'type' is missing\n")
  }
}
