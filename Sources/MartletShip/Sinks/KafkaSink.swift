internal import CKafka
import Glibc

/// Produces events to a topic of Kafka: with an idempotent producer, so that retries neither repeat nor reorder them, and
/// counted as delivered once all replicas in sync have them. A header `martlet-id` has the event's id.
@safe final class KafkaSink: Sink {
  struct Settings: Hashable, Sendable {
    /// `HOST:PORT`, separated by commas.
    var brokers = ""
    var topic = "martlet"
    /// The key of all messages, hence their partition; nil to spread them, which gives up their order.
    var key: String? = hostName
    /// Settings of librdkafka, such as `security.protocol`.
    var options: [String: String] = [:]
    var timeout: Duration = .seconds(30)
  }

  /// What became of the messages of one batch.
  private final class Reports {
    var failures: [Int: rd_kafka_resp_err_t] = [:]
    var count = 0
  }

  private let settings: Settings
  private let abort: StopSignal
  private let reports = Reports()
  private var producer: OpaquePointer?

  init(_ settings: Settings, abort: StopSignal) {
    self.settings = settings
    self.abort = abort
  }

  deinit { close() }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    try open()
    reports.failures = [:]
    reports.count = 0
    var produced = 0
    var failure: rd_kafka_resp_err_t?
    let end = ContinuousClock.now + settings.timeout
    for event in events {
      let error = unsafe event.text.withUnsafeBytes { text in
        unsafe ckafka_produce(
          producer, settings.topic, settings.key, event.id, text.baseAddress, text.count, UInt64(produced))
      }
      guard error == RD_KAFKA_RESP_ERR_NO_ERROR else {
        failure = error
        break
      }
      produced += 1
    }
    while reports.count < produced {
      unsafe _ = rd_kafka_poll(producer, 100)
      guard ContinuousClock.now < end, !abort.isSet else { break }
    }
    // Those before the first that failed are in the topic, in order.
    let first = (0..<produced).first { reports.failures[$0] != nil }
    if reports.count < produced {
      // Their fate is unknown: another producer sends them again.
      close()
      throw DeliveryFailure("the brokers did not acknowledge in time")
    }
    done = first ?? produced
    failure = first.flatMap { reports.failures[$0] } ?? failure
    guard let failure else { return }
    let text = unsafe String(cString: rd_kafka_err2str(failure))
    if failure == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE { throw DeliveryFailure(text, .divide) }
    close()
    throw DeliveryFailure(text)
  }

  // MARK: Producers

  private func open() throws(DeliveryFailure) {
    if unsafe producer != nil { return }
    let configuration = unsafe rd_kafka_conf_new()
    var text = [CChar](repeating: 0, count: 512)
    let own = [
      "bootstrap.servers": settings.brokers, "enable.idempotence": "true", "acks": "all", "client.id": "martlet-ship",
      "linger.ms": "5", "message.timeout.ms": String(settings.timeout.milliseconds),
      // Problems are told by deliveries that fail.
      "log_level": "0",
    ]
    for (name, value) in own.merging(settings.options, uniquingKeysWith: { own, _ in own }) {
      if unsafe rd_kafka_conf_set(configuration, name, value, &text, text.count) != RD_KAFKA_CONF_OK {
        unsafe rd_kafka_conf_destroy(configuration)
        throw DeliveryFailure(Self.text(text))
      }
    }
    unsafe ckafka_set_report(
      configuration,
      { context, number, error in
        guard let context = unsafe context else { return }
        let reports = unsafe Unmanaged<Reports>.fromOpaque(context).takeUnretainedValue()
        reports.count += 1
        if error != RD_KAFKA_RESP_ERR_NO_ERROR { reports.failures[Int(truncatingIfNeeded: number)] = error }
      }, Unmanaged.passUnretained(reports).toOpaque())
    unsafe producer = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count)
    if unsafe producer == nil {
      unsafe rd_kafka_conf_destroy(configuration)
      throw DeliveryFailure(Self.text(text))
    }
  }

  private static func text(_ bytes: [CChar]) -> String {
    String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func close() {
    guard let producer = unsafe producer else { return }
    // What is queued still is not to be reported to a batch that comes later.
    unsafe rd_kafka_purge(producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    unsafe _ = rd_kafka_flush(producer, 1000)
    unsafe rd_kafka_destroy(producer)
    unsafe self.producer = nil
  }
}
