/// Reads what a sink of each type is told.
struct SinkMaker {
  private let section: Section

  init(_ section: Section) { self.section = section }

  func maker(of kind: SinkPlan.Kind) -> (StopSignal) -> any Sink {
    switch kind {
    case .stdout:
      let format = format()
      return { _ in StdoutSink(format: format) }
    case .file: return file()
    case .syslog: return syslog()
    case .webhook:
      let (target, format, compression) = (http(), format(), compression(.gzip))
      return { WebhookSink(target, format: format, compression: compression, abort: $0) }
    case .clickhouse: return clickHouse()
    case .otlp:
      let (target, compression, resource) = (http(), compression(.gzip), section.pairs("resource"))
      return { OTLPSink(target, compression: compression, resource: resource, abort: $0) }
    case .nats: return nats()
    case .kafka: return kafka()
    }
  }

  private func format() -> BatchFormat { section.choice("format") ?? .events }
  private func compression(_ standard: Compression) -> Compression { section.choice("compression") ?? standard }

  private func file() -> (StopSignal) -> any Sink {
    var settings = FileSink.Settings()
    settings.path = section.required("path")
    settings.format = format()
    if let size = section.size("rotate_size") { settings.size = size }
    if let age = section.duration("rotate_age"), age > .zero { settings.age = age }
    if let count = section.integer("keep", in: 0...1000) { settings.count = count }
    if let compressed = section.truth("compress") { settings.isCompressed = compressed }
    if let synced = section.truth("fsync") { settings.isSynced = synced }
    return { _ in FileSink(settings) }
  }

  private func syslog() -> (StopSignal) -> any Sink {
    var message = SyslogMessage()
    if let facility = section.integer("facility", in: 0...23) { message.facility = facility }
    if let severity = section.integer("severity", in: 0...7) { message.severity = severity }
    if let host = section.text("host_name") { message.host = host }
    let address = section.required("address")
    let path = address.hasPrefix("unix:") ? String(address.dropFirst(5)) : nil
    if let path {
      return { [message] _ in SyslogSocketSink(path: path, message: message) }
    }
    let scheme = address.hasPrefix("tls://") ? "https://" : address.hasPrefix("tcp://") ? "http://" : nil
    if scheme == nil, !address.isEmpty {
      section.note("'address' must be tcp://HOST:PORT, tls://HOST:PORT or unix:PATH", for: "address")
    }
    var target = HTTPTarget(url: (scheme ?? "http://") + address.dropFirst(6))
    secure(&target, by: "tls://")
    return { [target, message] in SyslogStreamSink(target, message: message, abort: $0) }
  }

  private func clickHouse() -> (StopSignal) -> any Sink {
    var settings = ClickHouseSink.Settings()
    let target = http()
    if let table = section.text("table") { settings.table = table }
    settings.compression = compression(.gzip)
    if let token = section.truth("deduplication_token") { settings.hasToken = token }
    settings.settings = section.pairs("settings").map { "\(percentEncoded($0.0))=\(percentEncoded($0.1))" }
    return { [settings] in ClickHouseSink(target, settings, abort: $0) }
  }

  private func nats() -> (StopSignal) -> any Sink {
    var settings = NATSSink.Settings()
    settings.servers = section.texts("servers")
    if settings.servers.isEmpty { section.note("'servers' is missing") }
    if let subject = section.text("subject") { settings.subject = subject }
    settings.credentialsFile = section.readable("credentials_file")
    settings.token = section.secret("token")
    settings.user = section.text("user")
    settings.password = section.secret("password")
    if let timeout = section.time("timeout") { settings.timeout = timeout }
    var target = HTTPTarget(url: "")
    settings.isSecure = tls(&target)
    settings.caFile = target.caFile
    settings.clientCertificate = target.clientCertificate
    settings.clientKey = target.clientKey
    settings.verify = target.verify
    return { [settings] in NATSSink(settings, abort: $0) }
  }

  private func kafka() -> (StopSignal) -> any Sink {
    var settings = KafkaSink.Settings()
    settings.brokers = section.texts("brokers").joined(separator: ",")
    if settings.brokers.isEmpty { section.note("'brokers' is missing") }
    if let topic = section.text("topic") { settings.topic = topic }
    if let key = section.text("key") { settings.key = key }
    if let timeout = section.time("timeout") { settings.timeout = timeout }
    settings.options = Dictionary(section.pairs("options"), uniquingKeysWith: { _, last in last })
    return { [settings] in KafkaSink(settings, abort: $0) }
  }

  // MARK: HTTP

  private func http() -> HTTPTarget {
    var target = HTTPTarget(url: section.required("url"))
    if !target.url.isEmpty, !target.url.hasPrefix("http://"), !target.url.hasPrefix("https://") {
      section.note("'url' must begin with https:// or http://", for: "url")
    }
    target.unixSocket = section.text("unix_socket")
    target.user = section.text("user")
    target.password = section.secret("password")
    target.proxy = section.text("proxy")
    target.headers = section.pairs("headers").map { "\($0.0): \($0.1)" }
    if let token = section.secret("bearer_token") { target.headers.append("Authorization: Bearer \(token)") }
    secure(&target, by: "https://")
    return target
  }

  private func secure(_ target: inout HTTPTarget, by scheme: String) {
    if let timeout = section.time("timeout") { target.timeout = timeout }
    if tls(&target), target.url.hasPrefix("http://") {
      section.note("'tls' is of use with \(scheme) only: this address is spoken to in plain text", for: "tls")
    }
  }

  /// Reads the section `tls`. False if there is none.
  private func tls(_ target: inout HTTPTarget) -> Bool {
    guard let tls = section.section("tls") else { return false }
    target.caFile = tls.readable("ca_file")
    target.clientCertificate = tls.readable("certificate_file")
    target.clientKey = tls.readable("key_file")
    if let verify = tls.truth("verify") { target.verify = verify }
    tls.finish()
    return true
  }
}
