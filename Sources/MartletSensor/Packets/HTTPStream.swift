import MartletModel

/// The HTTP messages of one direction of a connection, read as they pass.
///
/// What passes is blanked but for what events are made of: it may hold tokens and keys, and recordings keep it. A byte
/// is blanked by what came before it, so that what was blanked is read as the same messages again.
struct HTTPStream {
  /// A message whose head is whole and, where it holds credentials, its body too.
  struct Message {
    let head: HTTPHead
    /// What a response answers, where that was seen.
    var request: HTTPHead?
    var credentials: AWSCredentials?
  }

  private static let startLineLimit = 8192
  private static let valueLimit = 512
  private static let headLimit = 1 << 15

  private enum Place { case startLine, name, value, body, lost }

  private var place = Place.startLine
  private var text: [UInt8] = []
  private var headSize = 0
  private var head: HTTPHead?
  private var request: HTTPHead?
  private var field: HTTPHead.Field?
  private var body = HTTPBody.none
  private var scanner: CredentialScanner?

  /// Reads a segment's bytes from `start` on, and blanks among them what must not be kept.
  ///
  /// - Parameter request: takes the request that a response whose head is whole answers.
  mutating func take(_ bytes: inout [UInt8], from start: Int, answering request: () -> HTTPHead?) -> [Message] {
    var messages: [Message] = []
    // Where the thread was lost, a message can be found again at the beginning of a segment.
    if place == .lost { self = HTTPStream() }
    for index in start..<bytes.count {
      switch place {
      case .startLine: takeStartLine(&bytes[index])
      case .name: messages += takeName(&bytes[index], answering: request)
      case .value: takeValue(&bytes[index])
      case .body: messages += takeBody(&bytes[index])
      case .lost: bytes[index] = mask
      }
    }
    return messages
  }

  /// Passes over bytes that did not come or were not recorded; `nil` is an unknown number of them.
  mutating func skip(_ count: Int?) -> [Message] {
    if count == 0 { return [] }
    if let count, place == .body, scanner == nil, body.skip(count) {
      if body.isOver { endBody() }
      return []
    }
    defer {
      self = HTTPStream()
      place = .lost
    }
    return endScan()
  }

  private mutating func takeStartLine(_ byte: inout UInt8) {
    guard byte != UInt8(ascii: "\n") else {
      if text.isEmpty { return }
      head = HTTPHead(startLine: String(decoding: text, as: UTF8.self))
      text = []
      place = head == nil ? .lost : .name
      return
    }
    if byte == UInt8(ascii: "\r") { return }
    text.append(byte)
    guard text.count <= Self.startLineLimit, text.count > 8 || HTTPHead.mayBegin(text) else {
      byte = mask
      place = .lost
      return
    }
    if !HTTPHead.shows(text) { byte = mask }
  }

  private mutating func takeName(_ byte: inout UInt8, answering request: () -> HTTPHead?) -> [Message] {
    switch byte {
    case UInt8(ascii: "\n"):
      defer { text = [] }
      return text.isEmpty ? endHead(request) : []
    case UInt8(ascii: "\r"): return []
    case UInt8(ascii: ":"):
      field = HTTPHead.Field(rawValue: String(decoding: text, as: UTF8.self).lowercased())
      text = []
      place = .value
    case 0x21...0x7e where text.count < 64 && byte != mask: text.append(byte)
    default:
      // No name: the line goes on from the one before, or is none of a head.
      byte = mask
      field = nil
      place = .value
    }
    grow()
    return []
  }

  private mutating func takeValue(_ byte: inout UInt8) {
    switch byte {
    case UInt8(ascii: "\n"):
      if let field, !text.isEmpty {
        while text.last == 0x20 || text.last == 0x09 { text.removeLast() }
        head?.add(field, String(decoding: text, as: UTF8.self))
      }
      text = []
      place = .name
    case UInt8(ascii: "\r"): return
    case 0x20 where text.isEmpty, 0x09 where text.isEmpty: return
    default:
      if field?.shows(byte, after: text) != true { byte = mask }
      if text.count < Self.valueLimit { text.append(byte) }
    }
    grow()
  }

  private mutating func grow() {
    headSize += 1
    if headSize > Self.headLimit { place = .lost }
  }

  private mutating func endHead(_ request: () -> HTTPHead?) -> [Message] {
    guard let head else { return [] }
    self.request = head.isResponse && head.status >= 200 ? request() : nil
    body = HTTPBody(head, isAnswerToHEAD: self.request?.method == "HEAD")
    headSize = 0
    let message = Message(head: head, request: self.request)
    guard !body.isOver else {
      endBody()
      return [message]
    }
    place = .body
    if head.status == 200, self.request?.target.utf8.firstOccurrence(of: Self.credentialPath.utf8) != nil {
      scanner = CredentialScanner()
      return []
    }
    return [message]
  }

  private mutating func takeBody(_ byte: inout UInt8) -> [Message] {
    defer { if body.isOver { endBody() } }
    let isFraming = body.shows(byte)
    guard body.take(byte) else {
      if !isFraming { byte = mask }
      return body.isOver ? endScan() : []
    }
    guard scanner != nil else {
      byte = mask
      return []
    }
    byte = scanner?.take(byte) ?? mask
    return scanner?.isComplete == true || body.isOver ? endScan() : []
  }

  private mutating func endScan() -> [Message] {
    guard let scanner, let head else { return [] }
    self.scanner = nil
    return [Message(head: head, request: request, credentials: scanner.credentials)]
  }

  private mutating func endBody() {
    place = .startLine
    text = []
    head = nil
  }

  private static let credentialPath = "/security-credentials/"
}
