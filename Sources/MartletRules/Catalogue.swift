public import SECL

/// The fields that rules may name, made once from the field table.
public struct Catalogue: FieldCatalogue {
  /// All fields, each at the place that its `index` says.
  public let fields: [Field]
  /// What people want to know of each field, at the same places.
  public let descriptions: [FieldDescription]
  /// How a live event answers for each field, at the same places.
  let accessors: [Accessor]
  private let byName: [String: Int]
  private let iterators: [String: Int]

  /// The catalogue of all fields that this version knows.
  public static let shared = Catalogue()

  private init() {
    var table = CatalogueTable()
    table.add(FieldRow<LiveEvent>.common)
    for event in EventFields.all { table.add(event) }
    fields = table.fields
    descriptions = table.descriptions
    accessors = table.accessors
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
}

/// What people want to know of a field, beside what the language does.
public struct FieldDescription: Hashable, Sendable {
  /// What it is, in one line.
  public let docs: String
  /// The group of constants that its values come from.
  public let constants: String?
  /// The version of Martlet that first knew its value; nil if none does yet.
  public let since: String?
  /// Why there is no value, where events that have the field are seen.
  public let missing: String?
}
