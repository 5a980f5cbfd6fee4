import MartletModel

/// The questions of a DNS message (RFC 1035, section 4).
///
/// Total: every run of bytes gives at least one question, a damaged one where there is no other. Bounded: a name has
/// at most 255 bytes, a pointer leads only back, and of many questions the first are read.
enum DNSMessage {
  /// Questions that are read of one message.
  static let questionLimit = 16

  static let headerSize = 12

  /// Reads a message of `size` bytes, of which `bytes` are the beginning.
  static func questions(_ bytes: Span<UInt8>, size: UInt32) -> [DNSQuestion] {
    guard bytes.count >= headerSize else {
      let id = bytes.count < 2 ? 0 : bytes.number(at: 0)
      return [DNSQuestion(id: id, size: size, count: 0, isMalformed: true)]
    }
    let empty = DNSQuestion(id: bytes.number(at: 0), size: size, count: bytes.number(at: 4))
    guard empty.count > 0 else { return [empty] }
    var questions: [DNSQuestion] = []
    var position = headerSize
    for _ in 0..<min(Int(empty.count), questionLimit) {
      // What a record had no room for is not damaged.
      if position == bytes.count, size > bytes.count, !questions.isEmpty { break }
      var question = empty
      let isWhole = readName(bytes, at: &position, into: &question.name)
      guard isWhole, bytes.count - position >= 4 else {
        question.isMalformed = true
        questions.append(question)
        break
      }
      question.type = bytes.number(at: position)
      question.class = bytes.number(at: position + 2)
      position += 4
      questions.append(question)
    }
    return questions
  }

  /// Whether the message says that it is a response.
  static func isResponse(_ bytes: Span<UInt8>) -> Bool { bytes.count > 2 && bytes[2] & 0x80 != 0 }

  /// Whether a header has a number of questions that makes sense.
  static func isPlausible(_ header: Span<UInt8>) -> Bool {
    header.count < headerSize || header.number(at: 4) <= questionLimit
  }

  /// Reads a name at `position`, which moves behind it. False, with as much of the name as could be read, for one that
  /// is cut, too long, or leads on to where it was.
  private static func readName(_ bytes: Span<UInt8>, at position: inout Int, into name: inout String) -> Bool {
    var text: [UInt8] = []
    defer { name = String(decoding: text, as: UTF8.self) }
    var next = position
    var end: Int?  // behind the first pointer
    var limit = position  // a pointer leads before this
    var length = 1
    while next < bytes.count {
      let first = Int(bytes[next])
      switch first {
      case 0:
        position = end ?? next + 1
        return true
      case 1...63:
        length += first + 1
        guard length <= 255, bytes.count - next > first else { return false }
        if !text.isEmpty { text.append(UInt8(ascii: ".")) }
        for index in next + 1...next + first { append(bytes[index], to: &text) }
        next += first + 1
      case 0xc0...:
        guard bytes.count - next >= 2 else { return false }
        let target = (first & 0x3f) << 8 | Int(bytes[next + 1])
        guard (headerSize..<max(limit, headerSize)).contains(target) else { return false }
        end = end ?? next + 2
        limit = target
        next = target
      default:
        return false  // kinds of labels that nobody uses any more
      }
    }
    return false
  }

  /// Appends a byte of a label as zone files write it (RFC 1035, section 5.1), so that no two names look the same.
  private static func append(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "\\"):
      text += [UInt8(ascii: "\\"), byte]
    case 0x20...0x7e:
      text.append(byte)
    default:
      let zero = UInt8(ascii: "0")
      text += [UInt8(ascii: "\\"), zero + byte / 100, zero + byte / 10 % 10, zero + byte % 10]
    }
  }
}

extension Span<UInt8> {
  /// The 16 bits at a place that is known to be there.
  fileprivate func number(at position: Int) -> UInt16 { UInt16(self[position]) << 8 | UInt16(self[position + 1]) }
}
