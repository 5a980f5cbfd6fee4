/// The head of an HTTP message with the fields that tell of the metadata service of a cloud.
struct HTTPHead: Equatable {
  /// Fields that are read. Raw values are their names, in lower case.
  enum Field: String, CaseIterable {
    case authorization
    case contentLength = "content-length"
    case host
    case metadata
    case metadataFlavor = "metadata-flavor"
    case server
    case token = "x-aws-ec2-metadata-token"
    case tokenLifetime = "x-aws-ec2-metadata-token-ttl-seconds"
    case transferEncoding = "transfer-encoding"
    case userAgent = "user-agent"

    /// Which of its bytes may stay, as far as `value` goes.
    func shows(_ byte: UInt8, after value: [UInt8]) -> Bool {
      switch self {
      case .token: false
      case .authorization:
        // The one value that is no secret: how Oracle's service is asked.
        Self.oracle.count > value.count && value == Array(Self.oracle.prefix(value.count))
          && Self.oracle[value.count] == byte
      case .contentLength, .host, .metadata, .metadataFlavor, .server, .tokenLifetime, .transferEncoding, .userAgent:
        true
      }
    }

    private static let oracle = Array("Bearer Oracle".utf8)
  }

  /// Of a request, else `""`.
  var method = ""
  var target = ""
  /// Of a response, else 0.
  var status = 0
  private(set) var fields: [Field: String] = [:]

  var isResponse: Bool { method.isEmpty }

  /// The value of a field, `""` where there is none; the first of several.
  subscript(field: Field) -> String { fields[field] ?? "" }

  mutating func add(_ field: Field, _ value: String) {
    if fields[field] == nil { fields[field] = value }
  }

  /// Reads a start line; `nil` for another kind of line.
  init?(startLine: String) {
    let words = startLine.utf8.split(separator: UInt8(ascii: " ")).map { String(Substring($0)) }
    guard words.count >= 2 else { return nil }
    if words[0].utf8.starts(with: "HTTP/".utf8) {
      guard let status = Int(words[1]), (100...999).contains(status) else { return nil }
      self.status = status
    } else {
      method = words[0]
      target = words[1]
    }
  }

  /// Methods with the blank that follows them, and what a response begins with.
  private static let beginnings = [
    "GET ", "HEAD ", "POST ", "PUT ", "PATCH ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "HTTP/",
  ].map { Array($0.utf8) }

  /// Whether the last byte of a start line may stay: all of a request's, version and status of a response's.
  static func shows(_ line: [UInt8]) -> Bool {
    guard line.starts(with: "HTTP/".utf8), line.count > 5, let last = line.last else { return true }
    return line.count <= "HTTP/1.1 200 ".utf8.count && (last == 0x20 || last == 0x2e || 0x30...0x39 ~= last)
  }

  /// Whether a message may begin with these bytes.
  static func mayBegin(_ line: [UInt8]) -> Bool {
    beginnings.contains { zip($0, line).allSatisfy(==) }
  }
}
