extension ValueType {
  /// The Swift type that holds such a value.
  var swiftType: String {
    switch self {
    case .string: "String"
    case .integer: "JSONInteger"
    case .boolean: "Bool"
    case .dateTime: "Timestamp"
    case .any: "JSONValue"
    case .anyObject: "JSONObject"
    case .map(let value): "JSONMembers<\(value.swiftType)>"
    case .array(let element): "[\(element.swiftType)]"
    case .reference(let name): name
    }
  }
}

extension Property {
  /// Parts of a name that Swift writes in capitals unless they come first.
  private static let initialisms = ["id": "ID", "ip": "IP", "imds": "IMDS", "v2": "v2"]
  private static let keywords: Set = ["class", "internal", "default", "in", "is", "as"]

  /// The property's name in Swift: `mount_id` is `mountID`, `mountpoint.path` is `mountpointPath`.
  var swiftName: String {
    let parts = key.split { $0 == "_" || $0 == "." }.map(String.init)
    let name =
      parts[0]
      + parts.dropFirst().map { Self.initialisms[$0] ?? $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    return Self.keywords.contains(name) ? "`\(name)`" : name
  }

  /// The type of the stored property.
  var storedType: String { isRequired ? type.swiftType : "\(type.swiftType)?" }
}

extension Property {
  /// The key's UTF-8 as three words of eight bytes, the first byte lowest, as `PropertyName` loads them.
  var words: [String] {
    let bytes = Array(key.utf8)
    precondition(bytes.count <= 24, "'\(key)' is longer than PropertyName.longest")
    return stride(from: 0, to: 24, by: 8).map { start in
      let word = bytes.dropFirst(start).prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return grouped("0x", String(word, radix: 16), by: 4)
    }
  }
}

/// Digits in groups from the right, as `swift format` wants them: `0x6e_6f69`.
func grouped(_ prefix: String, _ digits: String, by size: Int) -> String {
  guard digits.count > size else { return prefix + digits }
  let head = digits.count % size
  let rest = digits.dropFirst(head)
  let groups = stride(from: 0, to: rest.count, by: size).map { rest.dropFirst($0).prefix(size) }
  return prefix + ((head > 0 ? [digits.prefix(head)] : []) + groups).joined(separator: "_")
}
