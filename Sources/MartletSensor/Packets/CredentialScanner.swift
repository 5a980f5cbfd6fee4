import MartletModel

/// Reads the credentials document of AWS's metadata service as it passes, and blanks every text in it but the few that
/// are no secrets.
struct CredentialScanner {
  /// Bytes of a document that are read, and of a value that are kept.
  private static let documentLimit = 1 << 16
  private static let valueLimit = 256

  /// Members that are read; the raw values are their names.
  private enum Member: String, CaseIterable {
    case code = "Code"
    case type = "Type"
    case accessKeyID = "AccessKeyId"
    case lastUpdated = "LastUpdated"
    case expiration = "Expiration"
  }

  private enum Place { case between, name, value, other }

  private var place = Place.between
  private var isEscaped = false
  private var depth = 0
  private var size = 0
  /// The last name of a member of the outermost object, and whether its value comes next.
  private var name: [UInt8] = []
  private var awaitsValue = false
  private var text: [UInt8] = []
  private var found = AWSCredentials()
  /// The document has ended, or went on for too long.
  private(set) var isComplete = false

  /// What was read; `nil` where the document holds no credentials.
  var credentials: AWSCredentials? { found.accessKeyID.isEmpty ? nil : found }

  /// Takes the next byte of the document and returns what may be kept of it.
  mutating func take(_ byte: UInt8) -> UInt8 {
    size += 1
    if size == Self.documentLimit { isComplete = true }
    return place == .between ? takeBetween(byte) : takeText(byte)
  }

  /// A byte outside of texts.
  private mutating func takeBetween(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      depth += 1
      awaitsValue = false
      name = []
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      if depth <= 0 { isComplete = true }
    case UInt8(ascii: ":"): awaitsValue = true
    case UInt8(ascii: ","):
      awaitsValue = false
      name = []
    case UInt8(ascii: "\""):
      text = []
      place = depth != 1 ? .other : awaitsValue ? (Self.member(name) == nil ? .other : .value) : .name
    case 0x09, 0x0a, 0x0d, 0x20: break
    default: return mask
    }
    return byte
  }

  /// A byte inside of a text, or the quote that ends it.
  private mutating func takeText(_ byte: UInt8) -> UInt8 {
    if byte == UInt8(ascii: "\""), !isEscaped {
      endText()
      return byte
    }
    // Nothing that is kept has escapes. What follows one is blanked with it, so that no quote is left to end the text.
    let wasEscaped = isEscaped
    isEscaped = byte == UInt8(ascii: "\\") && !wasEscaped
    switch place {
    case .value where text.count < Self.valueLimit:
      text.append(wasEscaped || isEscaped ? mask : byte)
      return text.last ?? mask
    case .name where Member.allCases.contains { $0.rawValue.utf8.starts(with: text + [byte]) }:
      text.append(byte)
      return byte
    case .name:
      place = .other
      text = []
      return mask
    default: return mask
    }
  }

  private mutating func endText() {
    switch place {
    case .name: name = text
    case .value:
      let value = String(decoding: text, as: UTF8.self)
      switch Self.member(name) {
      case .code: found.code = value
      case .type: found.type = value
      case .accessKeyID: found.accessKeyID = value
      case .lastUpdated: found.lastUpdated = value
      case .expiration: found.expiration = value
      case nil: break
      }
    case .between, .other: break
    }
    place = .between
  }

  private static func member(_ name: [UInt8]) -> Member? { Member(rawValue: String(decoding: name, as: UTF8.self)) }
}

/// What stands for a byte that must not be kept.
let mask = UInt8(ascii: "*")
