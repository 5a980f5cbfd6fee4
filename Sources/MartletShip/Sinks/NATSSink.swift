internal import CNats
import Glibc

/// Publishes events to a stream of NATS JetStream, one after the other, each once the stream has acknowledged the one before:
/// so their order is that of the outbox, also over failures. `Nats-Msg-Id` is the event's id, by which the stream drops what
/// it has already.
@safe final class NATSSink: Sink {
  struct Settings: Hashable, Sendable {
    /// `nats://` or `tls://`, of any servers of the cluster.
    var servers: [String] = []
    var subject = "martlet.events"
    var credentialsFile: String?
    var token: String?
    var user: String?
    var password: String?
    /// Whether it is TLS, which it is with servers `tls://`, too.
    var isSecure = false
    var caFile: String?
    var clientCertificate: String?
    var clientKey: String?
    var verify = true
    /// How long an acknowledgement may take.
    var timeout: Duration = .seconds(5)
  }

  private let settings: Settings
  private let abort: StopSignal
  private var connection: OpaquePointer?
  private var stream: OpaquePointer?

  init(_ settings: Settings, abort: StopSignal) {
    self.settings = settings
    self.abort = abort
  }

  deinit { close() }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    try connect()
    for event in events {
      if abort.isSet { throw DeliveryFailure("stopped") }
      try publish(event)
      done += 1
    }
  }

  private func publish(_ event: ShippedEvent) throws(DeliveryFailure) {
    var options = unsafe jsPubOptions()
    unsafe jsPubOptions_Init(&options)
    unsafe options.MaxWait = settings.timeout.milliseconds
    var code = jsErrCode(0)
    let status = unsafe event.id.withCString { id in
      unsafe options.MsgId = id
      return unsafe event.text.withUnsafeBytes { text in
        unsafe js_Publish(nil, stream, settings.subject, text.baseAddress, Int32(text.count), &options, &code)
      }
    }
    if status == NATS_OK { return }
    // No server will ever take a message that is larger than its bound.
    if status == NATS_MAX_PAYLOAD { throw DeliveryFailure(Self.text(status), .divide) }
    throw DeliveryFailure(code.rawValue == 0 ? Self.text(status) : "\(Self.text(status)) (\(code.rawValue))")
  }

  // MARK: Connections

  private func connect() throws(DeliveryFailure) {
    if unsafe connection != nil && stream != nil { return }
    close()
    var options: OpaquePointer?
    try unsafe check(natsOptions_Create(&options))
    defer { unsafe natsOptions_Destroy(options) }
    try unsafe configure(options)
    try check(unsafe natsConnection_Connect(&connection, options))
    do {
      try check(unsafe natsConnection_JetStream(&stream, connection, nil))
    } catch {
      close()
      throw error
    }
  }

  @unsafe private func configure(_ options: OpaquePointer?) throws(DeliveryFailure) {
    var servers: [UnsafePointer<CChar>?] = unsafe settings.servers.map { unsafe UnsafePointer(strdup($0)) }
    defer { for index in unsafe servers.indices { unsafe free(UnsafeMutableRawPointer(mutating: servers[index])) } }
    try check(unsafe natsOptions_SetServers(options, &servers, Int32(servers.count)))
    try check(unsafe natsOptions_SetName(options, "martlet-ship"))
    // While it is reconnecting, a publication fails when its time is over.
    try check(unsafe natsOptions_SetMaxReconnect(options, -1))
    try check(unsafe natsOptions_SetReconnectWait(options, 250))
    try check(unsafe natsOptions_SetTimeout(options, settings.timeout.milliseconds))
    // What is buffered for a server that is gone would be sent twice, and late.
    try check(unsafe natsOptions_SetReconnectBufSize(options, 0))
    if let file = settings.credentialsFile {
      try check(unsafe natsOptions_SetUserCredentialsFromFiles(options, file, nil))
    }
    if let token = settings.token { try check(unsafe natsOptions_SetToken(options, token)) }
    if let user = settings.user { try check(unsafe natsOptions_SetUserInfo(options, user, settings.password ?? "")) }
    if settings.isSecure || settings.servers.contains(where: { $0.hasPrefix("tls://") }) {
      try check(unsafe natsOptions_SetSecure(options, true))
      if let file = settings.caFile { try check(unsafe natsOptions_LoadCATrustedCertificates(options, file)) }
      if let certificate = settings.clientCertificate {
        try check(unsafe natsOptions_LoadCertificatesChain(options, certificate, settings.clientKey ?? certificate))
      }
      if !settings.verify { try check(unsafe natsOptions_SkipServerVerification(options, true)) }
    }
  }

  func close() {
    unsafe jsCtx_Destroy(stream)
    unsafe natsConnection_Destroy(connection)
    unsafe (stream, connection) = (nil, nil)
  }

  private func check(_ status: natsStatus) throws(DeliveryFailure) {
    if status != NATS_OK { throw DeliveryFailure(Self.text(status)) }
  }

  /// The status in words; where TLS failed, with what the library says of the reason, such as which name the certificate has.
  private static func text(_ status: natsStatus) -> String {
    let text = unsafe String(cString: natsStatus_GetText(status))
    guard status == NATS_SSL_ERROR, let last = unsafe nats_GetLastError(nil) else { return text }
    // A place in its source stands in front.
    let reason = unsafe String(cString: last)
    return reason.hasPrefix("(") ? String(reason.drop { $0 != ")" }.dropFirst(3)) : reason
  }
}
