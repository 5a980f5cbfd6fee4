public import SECL

/// The fields that rules may name, made once from the field table.
public struct Catalogue: FieldCatalogue {
  /// All fields, each at the place that its `index` says.
  public let fields: [Field]
  private let byName: [String: Int]
  private let iterators: [String: Int]

  /// The catalogue of all fields that this version knows.
  public static let shared = Catalogue()

  private init() {
    var table = Table()
    for row in FieldRow.commonRows { table.add(row, under: nil, of: nil) }
    for row in FieldRow.eventRows { table.add(row, under: nil, of: String(row.name.prefix { $0 != "." })) }
    fields = table.fields
    iterators = table.iterators
    byName = Dictionary(fields.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
  }

  /// The field called `name`, by its present or an older name; nil if there is none.
  public func field(named name: String) -> Field? {
    (byName[name] ?? OlderNames.present(for: name).flatMap { byName[$0] }).map { fields[$0] }
  }

  public func length(ofIterator name: String) -> Field? { iterators[name].map { fields[$0] } }

  public var fieldNames: [String] { fields.map(\.name) }

  /// `CWS_MAP_NAMES`: the names of the maps that Martlet itself loads, as `bpf/record.h` and `bpf/scope.h` have them.
  public let textConstants: [String: [[UInt8]]] = [
    "CWS_MAP_NAMES": ["ring", "scratches", "ledger", "scope"].map { Array($0.utf8) }
  ]

  /// The catalogue in the making.
  private struct Table {
    var fields: [Field] = []
    var iterators: [String: Int] = [:]

    mutating func add(_ row: FieldRow, under prefix: String?, of eventType: String?, in iterator: String? = nil) {
      let name = prefix.map { "\($0).\(row.name)" } ?? row.name
      switch row.content {
      case .field(let type): append(name, type, row.traits, eventType, iterator)
      case .group(let group):
        for member in group.rows { add(member, under: name, of: eventType, in: iterator) }
      case .objects(let group):
        append("\(name).length", .int, [], eventType, nil)
        iterators[name] = fields.count - 1
        for member in group.rows { add(member, under: name, of: eventType, in: name) }
      }
    }

    private mutating func append(
      _ name: String, _ type: ValueType, _ traits: Field.Traits, _ eventType: String?, _ iterator: String?
    ) {
      let isOfPacket = name.hasPrefix("network.")
      fields.append(
        Field(
          index: fields.count, name: name, type: type,
          traits: name.hasPrefix("process.") ? traits.union(.lasting) : traits, eventType: eventType,
          onlyWith: isOfPacket ? ["dns", "imds", "packet"] : [], iterator: iterator))
    }
  }
}
