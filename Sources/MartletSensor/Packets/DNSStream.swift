import MartletModel

/// The messages of one direction of DNS over TCP, each with its length before it (RFC 1035, section 4.2.2).
struct DNSStream {
  /// Bytes of a message that are kept.
  static let messageLimit = 4096

  /// Bytes of the length that precedes a message, then of the message.
  private var prefix: [UInt8] = []
  private var message: [UInt8] = []
  private var passed = 0
  /// The message was told before it was whole: it is none of DNS.
  private var isTold = false
  /// A message without room for a header was told; many of them say no more than one.
  private var toldShort = false

  /// Takes the bytes that follow those before, and tells the questions of each message that they complete.
  mutating func take(_ bytes: some Sequence<UInt8>) -> [DNSQuestion] {
    var questions: [DNSQuestion] = []
    for byte in bytes {
      if prefix.count < 2 {
        prefix.append(byte)
      } else {
        if message.count < Self.messageLimit { message.append(byte) }
        passed += 1
      }
      questions += complete()
    }
    return questions
  }

  /// Passes over bytes that were not recorded.
  mutating func skip(_ count: Int) -> [DNSQuestion] {
    guard count > 0 else { return [] }
    guard prefix.count == 2, passed + count <= length else {
      beginMessage()
      return []
    }
    passed += count
    return complete()
  }

  private var length: Int { prefix.count < 2 ? .max : Int(prefix[0]) << 8 | Int(prefix[1]) }

  private mutating func beginMessage() {
    let told = toldShort
    self = DNSStream()
    toldShort = told
  }

  private mutating func complete() -> [DNSQuestion] {
    if passed == DNSMessage.headerSize, !isTold, !DNSMessage.isPlausible(message.span) {
      isTold = true
      return DNSMessage.questions(message.span, size: UInt32(length)).prefix(1).map {
        var question = $0
        question.isMalformed = true
        return question
      }
    }
    guard passed == length else { return [] }
    defer { beginMessage() }
    if length < DNSMessage.headerSize {
      if toldShort { return [] }
      toldShort = true
    }
    return isTold ? [] : DNSMessage.questions(message.span, size: UInt32(length))
  }
}
