/// Where the body of an HTTP message ends (RFC 9112, section 6).
enum HTTPBody: Equatable {
  /// So many bytes more.
  case counted(Int)
  case chunked(Chunk)
  /// The connection's end ends it.
  case open

  /// A place in a chunked body.
  enum Chunk: Equatable {
    case size(Int)
    case rest(size: Int)  // of the line that has the size
    case data(Int)
    case lineEnd
    case trailer(length: Int)
  }

  static let none = HTTPBody.counted(0)

  /// What a head announces. `isAnswerToHEAD` is of the request that a response answers.
  init(_ head: HTTPHead, isAnswerToHEAD: Bool) {
    if head.isResponse, isAnswerToHEAD || head.status < 200 || head.status == 204 || head.status == 304 {
      self = .none
    } else if head[.transferEncoding].lowercased().hasSuffix("chunked") {
      self = .chunked(.size(0))
    } else if let length = Int(head[.contentLength]), length >= 0 {
      self = .counted(length)
    } else {
      self = head.isResponse ? .open : .none
    }
  }

  var isOver: Bool { self == .none }

  /// Whether the next byte, if it is no content, is one that has to stay: a size, the end of a line.
  func shows(_ byte: UInt8) -> Bool {
    if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") { return true }
    guard case .chunked(.size) = self else { return false }
    return Character(Unicode.Scalar(byte)).isHexDigit
  }

  /// Takes one more byte in; whether it belongs to the content.
  mutating func take(_ byte: UInt8) -> Bool {
    switch self {
    case .open: return true
    case .counted(let rest):
      self = .counted(rest - 1)
      return true
    case .chunked(.data(let rest)):
      self = .chunked(rest > 1 ? .data(rest - 1) : .lineEnd)
      return true
    case .chunked(let chunk):
      self = chunk.next(byte).map(HTTPBody.chunked) ?? .none
      return false
    }
  }

  /// Passes over bytes that were not recorded; false where they may be more than content.
  mutating func skip(_ count: Int) -> Bool {
    switch self {
    case .open: return true
    case .counted(let rest) where rest >= count: self = .counted(rest - count)
    case .chunked(.data(let rest)) where rest > count: self = .chunked(.data(rest - count))
    case .counted, .chunked: return false
    }
    return true
  }
}

extension HTTPBody.Chunk {
  /// The place behind a byte that is no content; `nil` at the body's end.
  fileprivate func next(_ byte: UInt8) -> Self? {
    let isLineFeed = byte == UInt8(ascii: "\n")
    switch self {
    case .size(let size):
      if isLineFeed { return size == 0 ? .trailer(length: 0) : .data(size) }
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, size < 1 << 24 else { return .rest(size: size) }
      return .size(size << 4 | digit)
    case .rest(let size): return isLineFeed ? Self.size(size).next(byte) : self
    case .lineEnd: return isLineFeed ? .size(0) : .lineEnd
    case .trailer(let length):
      if isLineFeed { return length == 0 ? nil : .trailer(length: 0) }
      return .trailer(length: byte == UInt8(ascii: "\r") ? length : min(length, 1) + 1)
    case .data: return self
    }
  }
}
