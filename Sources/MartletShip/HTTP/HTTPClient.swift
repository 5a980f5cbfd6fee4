internal import CCurl
import Glibc

/// What a server answered.
struct HTTPAnswer {
  let status: Int
  let retryAfter: Duration?
  /// The beginning of the content.
  let text: String

  /// Why this answer means that events were not taken; nil if they were.
  ///
  /// What may go away, such as missing rights, a place or a table that is not there yet, and a server that is overloaded or
  /// moved, is tried again, so that nothing is lost by it. What the server has against these very events is not.
  var failure: DeliveryFailure? {
    let said = "the server answered \(status)" + (text.isEmpty ? "" : ": \(text.prefix(200).printable)")
    return switch status {
    case 200..<300: nil
    case 400, 413, 422: DeliveryFailure(said, .divide)
    case 401, 403, 404, 405, 407, 408, 410, 425, 429: DeliveryFailure(said, .retry(after: retryAfter))
    case 402..<500: DeliveryFailure(said, .giveUp())
    default: DeliveryFailure(said, .retry(after: retryAfter))
    }
  }
}

/// Posts to one server, over one connection for as long as that lasts. Redirections are not followed: a receiver that moves
/// is told to the operator instead of being given what it was not meant to have.
@safe final class HTTPClient {
  private let target: HTTPTarget
  private let abort: StopSignal
  private var handle: OpaqueHandle?

  /// The handle of libcurl, which its header calls a `void`.
  @safe private struct OpaqueHandle { let pointer: UnsafeMutableRawPointer }

  /// Once for the process, before there are threads.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  /// - Parameter abort: once it is set, what is under way ends.
  init(_ target: HTTPTarget, abort: StopSignal) {
    self.target = target
    self.abort = abort
    _ = Self.isReady
  }

  deinit { close() }

  func close() {
    if let handle { unsafe curl_easy_cleanup(handle.pointer) }
    handle = nil
  }

  /// Posts `body` to the target, or to another URL of the same server.
  ///
  /// - Throws: what kept an answer from coming.
  func post(_ body: [UInt8], headers: [String], url: String? = nil) throws(DeliveryFailure) -> HTTPAnswer {
    let handle = try open()
    var list: UnsafeMutablePointer<curl_slist>?
    defer { unsafe curl_slist_free_all(list) }
    // `Expect: 100-continue` costs a second with servers that do not know it.
    for header in target.headers + headers + ["Expect:"] { unsafe list = curl_slist_append(list, header) }
    return try unsafe ask { answer in
      unsafe body.withUnsafeBytes { body in
        unsafe ccurl_post(handle.pointer, url ?? target.url, list, body.baseAddress, body.count, &answer)
      }
    }
  }

  /// Gets what stands at the target.
  func get() throws(DeliveryFailure) -> HTTPAnswer {
    let handle = try open()
    return try unsafe ask { unsafe ccurl_get(handle.pointer, &$0) }
  }

  /// The most of an answer that is kept.
  private static let room = 1 << 18

  @unsafe private func ask(_ exchange: (inout ccurl_answer) -> CURLcode) throws(DeliveryFailure) -> HTTPAnswer {
    var answer = unsafe ccurl_answer()
    var code = CURLE_OK
    let text = unsafe [UInt8](unsafeUninitializedCapacity: Self.room) { room, count in
      unsafe answer.text = UnsafeMutableRawPointer(room.baseAddress)?.assumingMemoryBound(to: CChar.self)
      unsafe answer.room = room.count
      code = unsafe exchange(&answer)
      unsafe count = answer.text_size
    }
    guard code == CURLE_OK else {
      close()
      throw DeliveryFailure(self.text(unsafe answer.error))
    }
    let retryAfter = unsafe answer.retry_after
    return HTTPAnswer(
      status: unsafe answer.status, retryAfter: retryAfter > 0 ? .seconds(retryAfter) : nil,
      text: String(decoding: text, as: UTF8.self))
  }

  // MARK: Connections

  /// Connects without sending anything: for other protocols over TCP, with TLS if the URL is `https`.
  ///
  /// - Returns: the connection's descriptor, which stays this client's.
  func connect() throws(DeliveryFailure) -> Int32 {
    let handle = try open()
    var error = ccurl_error()
    guard unsafe ccurl_connect(handle.pointer, &error) == CURLE_OK else {
      close()
      throw DeliveryFailure(text(error.text))
    }
    return unsafe ccurl_descriptor(handle.pointer)
  }

  /// Sends what can be sent of `bytes` at once, over what `connect` made. Returns how many; 0 if it must wait.
  func send(_ bytes: RawSpan) throws(DeliveryFailure) -> Int {
    guard let handle else { throw DeliveryFailure("the connection is closed") }
    var sent = 0
    let code = unsafe bytes.withUnsafeBytes { bytes in
      unsafe curl_easy_send(handle.pointer, bytes.baseAddress, bytes.count, &sent)
    }
    guard code == CURLE_OK || code == CURLE_AGAIN else {
      close()
      throw DeliveryFailure(unsafe String(cString: curl_easy_strerror(code)))
    }
    return sent
  }

  /// Whether the other side has closed the connection. What it sends is thrown away.
  func isClosed() -> Bool {
    guard let handle else { return true }
    var bytes = [UInt8](repeating: 0, count: 512)
    while true {
      var count = 0
      let code = unsafe bytes.withUnsafeMutableBytes { bytes in
        unsafe curl_easy_recv(handle.pointer, bytes.baseAddress, bytes.count, &count)
      }
      if code == CURLE_AGAIN { return false }
      if code != CURLE_OK || count == 0 { return true }
    }
  }

  private func open() throws(DeliveryFailure) -> OpaqueHandle {
    if let handle { return handle }
    let texts = CTexts()
    let settings = unsafe ccurl_target(
      url: texts.add(target.url), unix_socket: texts.add(target.unixSocket), ca_file: texts.add(target.caFile),
      client_certificate: texts.add(target.clientCertificate), client_key: texts.add(target.clientKey),
      user: texts.add(target.user), password: texts.add(target.password), proxy: texts.add(target.proxy),
      verify: target.verify, timeout_ms: Int(target.timeout.milliseconds), stop: abort.flag.pointer)
    guard let pointer = unsafe withUnsafePointer(to: settings, { unsafe ccurl_open($0) }) else {
      throw DeliveryFailure("libcurl refuses a setting of '\(target.url)'")
    }
    let handle = unsafe OpaqueHandle(pointer: pointer)
    self.handle = handle
    return handle
  }

  private func text<Bytes>(_ bytes: Bytes) -> String {
    unsafe withUnsafeBytes(of: bytes) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// Texts as C has them, for as long as this lives.
@safe private final class CTexts {
  private var pointers: [UnsafeMutablePointer<CChar>] = unsafe []

  deinit {
    for index in unsafe pointers.indices { unsafe free(pointers[index]) }
  }

  @unsafe func add(_ text: String?) -> UnsafePointer<CChar>? {
    guard let text, let copy = unsafe strdup(text) else { return nil }
    unsafe pointers.append(copy)
    return unsafe UnsafePointer(copy)
  }
}

extension StringProtocol {
  /// Without control characters, which have no place in a message.
  package var printable: String {
    String(unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) })
  }
}
