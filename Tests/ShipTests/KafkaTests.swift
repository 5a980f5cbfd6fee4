import CKafka
import Foundation
import Support
import Testing

/// Deliveries to the brokers that librdkafka has for tests: they speak the protocol, in this process.
@Suite(.serialized)
struct KafkaTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  private func sink(_ brokers: String, _ more: String = "") -> String {
    """
    name: kafka
    type: kafka
    brokers: \(brokers)
    topic: events
    timeout: 1m
    retry_at_most: 100ms
    batch: {events: 50, wait: 10ms}
    \(more)
    """
  }

  @Test func `a topic has each event once, in order, though requests fail`() throws {
    let cluster = try KafkaCluster()
    // Not leader, not enough replicas, timed out: each means to try again.
    cluster.failProductions([6, 19, 7, 6, 19])
    stage.write(500)
    try stage.ship(sink(cluster.brokers))
    try stage.waitUntilDone("kafka")
    #expect(stage.values("kafka").delivered == 500)
    #expect(try cluster.consume(500) == Array(1...500))
  }

  @Test func `events wait for brokers that are down`() throws {
    let cluster = try KafkaCluster()
    cluster.setDown(true)
    stage.write(50)
    try stage.ship(sink(cluster.brokers).replacing("timeout: 1m", with: "timeout: 1s"))
    try Program.wait { stage.values("kafka").trouble != nil }
    #expect(
      stage.values("kafka").trouble == "the brokers did not acknowledge in time"
        || stage.values("kafka").trouble == "Local: Message timed out")
    cluster.setDown(false)
    try stage.waitUntilDone("kafka")
    let consumed = try cluster.consume(50)
    #expect(Set(consumed) == Set(1...50))
  }

  @Test func `a setting that librdkafka does not know is told`() throws {
    stage.write(1)
    try stage.ship(sink("127.0.0.1:1", "options: {no.such.setting: 1}"))
    try Program.wait { stage.values("kafka").trouble != nil }
    #expect(stage.values("kafka").trouble == "No such configuration property: \"no.such.setting\"")
  }
}

@safe private final class KafkaCluster {
  private let client: OpaquePointer
  private let cluster: OpaquePointer

  init() throws {
    var text = [CChar](repeating: 0, count: 512)
    guard let client = unsafe rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), &text, text.count),
      let cluster = unsafe rd_kafka_mock_cluster_new(client, 3)
    else { throw Failure("no cluster") }
    unsafe self.client = client
    unsafe self.cluster = cluster
    unsafe rd_kafka_mock_topic_create(cluster, "events", 1, 3)
  }

  deinit {
    unsafe rd_kafka_mock_cluster_destroy(cluster)
    unsafe rd_kafka_destroy(client)
  }

  var brokers: String { unsafe String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

  /// Has the next requests to produce fail, with these errors of the protocol.
  func failProductions(_ errors: [Int32]) {
    var codes = errors.map { rd_kafka_resp_err_t(rawValue: $0) }
    unsafe rd_kafka_mock_push_request_errors_array(cluster, 0, codes.count, &codes)
  }

  func setDown(_ isDown: Bool) {
    for broker in Int32(1)...3 {
      if isDown {
        unsafe rd_kafka_mock_broker_set_down(cluster, broker)
      } else {
        unsafe rd_kafka_mock_broker_set_up(cluster, broker)
      }
    }
  }

  /// The numbers of the first events of the topic.
  func consume(_ count: Int) throws -> [Int] {
    let configuration = unsafe rd_kafka_conf_new()
    for (name, value) in [("bootstrap.servers", brokers), ("group.id", "test"), ("auto.offset.reset", "earliest")] {
      unsafe rd_kafka_conf_set(configuration, name, value, nil, 0)
    }
    guard let consumer = unsafe rd_kafka_new(RD_KAFKA_CONSUMER, configuration, nil, 0) else {
      throw Failure("no consumer")
    }
    defer {
      unsafe rd_kafka_consumer_close(consumer)
      unsafe rd_kafka_destroy(consumer)
    }
    let topics = unsafe rd_kafka_topic_partition_list_new(1)
    let assigned = unsafe rd_kafka_topic_partition_list_add(topics, "events", 0)
    unsafe assigned?.pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
    unsafe rd_kafka_assign(consumer, topics)
    unsafe rd_kafka_topic_partition_list_destroy(topics)
    var consumed: [Int] = []
    // A little longer than there should be something, so that too much shows.
    var isOver = false
    let end = Date(timeIntervalSinceNow: 300)
    while !isOver, Date() < end {
      guard let message = unsafe rd_kafka_consumer_poll(consumer, consumed.count < count ? 1000 : 300) else {
        isOver = consumed.count >= count
        continue
      }
      defer { unsafe rd_kafka_message_destroy(message) }
      guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { continue }
      let bytes = unsafe UnsafeRawBufferPointer(start: message.pointee.payload, count: message.pointee.len)
      consumed += numbers(unsafe String(decoding: bytes, as: UTF8.self))
    }
    return consumed
  }
}
