import SECL

/// One row of the field table: a field, or a group of fields under a common name.
struct FieldRow: Sendable {
  enum Content: Sendable {
    case field(ValueType)
    case group(FieldGroup)
    /// A list of objects: each field of the group is read from all of them.
    case objects(FieldGroup)
  }

  let name: String
  let content: Content
  var traits: Field.Traits = []
  /// The group of constants that the values come from.
  var constants: String?

  static func bool(_ name: String) -> FieldRow { FieldRow(name: name, content: .field(.bool)) }
  static func int(_ name: String, constants: String? = nil) -> FieldRow {
    FieldRow(name: name, content: .field(.int), constants: constants)
  }
  static func ints(_ name: String, constants: String? = nil) -> FieldRow {
    FieldRow(name: name, content: .field(.ints), constants: constants)
  }
  /// Nanoseconds since the epoch.
  static func time(_ name: String) -> FieldRow { FieldRow(name: name, content: .field(.int)) }
  static func string(_ name: String, _ traits: Field.Traits = []) -> FieldRow {
    FieldRow(name: name, content: .field(.string), traits: traits)
  }
  static func strings(_ name: String) -> FieldRow { FieldRow(name: name, content: .field(.strings)) }
  static func ip(_ name: String) -> FieldRow { FieldRow(name: name, content: .field(.ip)) }
  static func group(_ name: String, _ group: FieldGroup) -> FieldRow {
    FieldRow(name: name, content: .group(group))
  }
  static func objects(_ name: String, _ group: FieldGroup) -> FieldRow {
    FieldRow(name: name, content: .objects(group))
  }
}

/// Fields that occur under several names.
enum FieldGroup: Sendable {
  case file, process, packet, flow

  var rows: [FieldRow] {
    switch self {
    case .file: FieldRow.fileRows
    case .process: FieldRow.processRows
    case .packet: FieldRow.packetRows
    case .flow: FieldRow.flowRows
    }
  }
}
