import Foundation
import MartletShip
import Support
import Testing

/// Deliveries by HTTP to receivers with a form of their own.
struct ReceiverTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  @Test func `OTLP gets log records with the event, its id and its rule`() throws {
    let server = try HTTPServer(["503"], answer: #"{"partialSuccess":{}}"#, in: stage.workplace)
    stage.write(3)
    try stage.ship(
      """
      name: otlp
      type: otlp
      url: http://127.0.0.1:\(server.port)/v1/logs
      resource: {deployment.environment: test}
      retry_at_most: 20ms
      batch: {wait: 10ms}
      """)
    try stage.waitUntilDone("otlp")
    let request = try #require(server.requests.first)
    #expect(request.path == "/v1/logs")
    #expect(request.headers["content-type"] == "application/json")
    let body = try JSON(Data(request.body.utf8))
    let logs = body["resourceLogs"][0]
    #expect(logs["resource"]["attributes"].array.contains { $0["key"].string == "deployment.environment" })
    let records = logs["scopeLogs"][0]["logRecords"].array
    #expect(records.count == 3)
    #expect(records[0]["timeUnixNano"].string == "1795667400000000001")
    #expect(records[0]["body"]["stringValue"].string == Stage.text(1))
    let attributes = records[0]["attributes"].array.map {
      "\($0["key"].string ?? "")=\($0["value"]["stringValue"].string ?? "")"
    }
    #expect(attributes.dropFirst() == ["event.name=exec", "martlet.rule.id=rule_1", "martlet.rule.title=event 1"])
    #expect(attributes.first?.hasPrefix("log.record.uid=") == true)
  }

  @Test func `records that OTLP's receiver rejects are put aside`() throws {
    let answer = #"{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"too old"}}"#
    let server = try HTTPServer(answer: answer, in: stage.workplace)
    stage.write(5)
    try stage.ship("name: otlp\ntype: otlp\nurl: http://127.0.0.1:\(server.port)\nbatch: {wait: 10ms}")
    try stage.waitUntilDone("otlp")
    #expect(stage.values("otlp").dead == 2)
    #expect(stage.values("otlp").delivered == 3)
    // It does not say which.
    let dead = content(stage.workplace["state/otlp.dead.jsonl"])
    #expect(numbers(dead) == Array(1...5))
    #expect(dead.contains("rejected 2 of 5 records: too old"))
  }

  @Test func `ClickHouse is told which block this is`() throws {
    let server = try HTTPServer(["500"], in: stage.workplace)
    stage.write(2)
    try stage.ship(
      """
      name: clickhouse
      type: clickhouse
      url: http://127.0.0.1:\(server.port)/
      settings: {async_insert: 1}
      retry_at_most: 20ms
      batch: {wait: 10ms}
      """)
    try stage.waitUntilDone("clickhouse")
    let path = try #require(server.requests.first).path
    #expect(
      path.hasPrefix(
        "/?query=INSERT%20INTO%20martlet.events%20FORMAT%20JSONEachRow&async_insert=1&insert_deduplication_token="))
    #expect(path.hasSuffix("-2"))
  }

  @Test func `ClickHouse has a row of each event`() throws {
    let server = try ClickHouseServer(in: stage.workplace)
    try server.run(
      """
      CREATE TABLE events (id String, date DateTime, rule String, type String, title String, event String)
      ENGINE = MergeTree() PARTITION BY toYYYYMM(date) ORDER BY (date, id)
      """)
    stage.write(250)
    try stage.ship(
      """
      name: clickhouse
      type: clickhouse
      url: http://127.0.0.1:\(server.port)/
      table: events
      deduplication_token: false
      batch: {events: 100, wait: 10ms}
      """)
    try stage.waitUntilDone("clickhouse")
    #expect(
      try server.run("SELECT count(), uniqExact(id), min(date), uniqExact(rule) FROM events")
        == "250\t250\t2026-11-26 04:30:00\t3\n")
    #expect(try server.run("SELECT event FROM events WHERE title = 'event 7' FORMAT TSVRaw") == Stage.text(7) + "\n")
  }
}

/// A ClickHouse of the test's own.
final class ClickHouseServer {
  let port: Int
  private let program: Program

  init(in workplace: Workplace) throws {
    port = try freePort()
    let data = try workplace.directory("clickhouse")
    let configuration = try workplace.file(
      "clickhouse.xml",
      """
      <yandex>
        <logger><level>error</level><console>1</console></logger>
        <http_port>\(port)</http_port>
        <listen_host>127.0.0.1</listen_host>
        <path>\(data)/</path><tmp_path>\(data)/tmp/</tmp_path>
        <users_config>\(workplace["users.xml"])</users_config>
        <default_profile>default</default_profile><default_database>default</default_database>
        <timezone>UTC</timezone>
        <mark_cache_size>5368709120</mark_cache_size>
      </yandex>
      """)
    try workplace.file(
      "users.xml",
      """
      <yandex>
        <profiles><default/></profiles>
        <users><default><password/><networks><ip>127.0.0.1</ip></networks>
        <profile>default</profile><quota>default</quota></default></users>
        <quotas><default/></quotas>
      </yandex>
      """)
    program = try Program(["/usr/sbin/clickhouse-server", "--config-file=\(configuration)"])
    try Program.wait { try (try? run("SELECT 1")) == "1\n" || program.hasEnded() }
    guard try !program.hasEnded() else { throw Failure("no ClickHouse: \(program.errors.suffix(1000))") }
  }

  /// Runs a statement and returns what it answers.
  @discardableResult
  func run(_ statement: String) throws -> String {
    let outcome = try Outcome(of: [
      "/usr/bin/curl", "--silent", "--fail", "--data-binary", statement, "http://127.0.0.1:\(port)/",
    ])
    guard outcome.status == 0 else { throw Failure("curl: \(outcome.status)") }
    return outcome.text
  }
}
