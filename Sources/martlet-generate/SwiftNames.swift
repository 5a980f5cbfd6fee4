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
