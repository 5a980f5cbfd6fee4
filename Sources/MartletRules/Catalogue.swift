public import SECL

/// The fields that rules may name, made once from the field table.
public struct Catalogue: FieldCatalogue {
  /// All fields, each at the place that its `index` says.
  public let fields: [Field]
  /// What people want to know of each field, at the same places.
  public let descriptions: [FieldDescription]
  /// How a live event answers for each field, at the same places.
  let readers: [FieldRow.Reader]
  /// Where the lineage is that the field is read from; nil for those that are in none.
  let lineages: [ProcessPlace?]
  /// How the file of each group is hashed, by the group's name, such as `exec.file`.
  let hashers: [String: FieldRow.Hasher]
  private let byName: [String: Int]
  private let iterators: [String: Int]

  /// The catalogue of all fields that this version knows.
  public static let shared = Catalogue()

  private init() {
    var table = CatalogueTable()
    table.add(FieldRow.common)
    for event in EventFields.all { table.add(event) }
    fields = table.fields
    descriptions = table.descriptions
    readers = table.readers
    lineages = table.lineages
    iterators = table.iterators
    hashers = table.hashers
    byName = Dictionary(fields.map { ($0.name, $0.index) }, uniquingKeysWith: { first, _ in first })
  }

  /// The field called `name`, by its present or an older name; nil if there is none.
  public func field(named name: String) -> Field? {
    (byName[name] ?? OlderNames.present(for: name).flatMap { byName[$0] }).map { fields[$0] }
  }

  public func length(ofIterator name: String) -> Field? { iterators[name].map { fields[$0] } }

  /// The types of events that have fields of their own, sorted.
  public var eventTypes: [String] { Set(fields.compactMap(\.eventType)).sorted() }

  public var fieldNames: [String] { fields.map(\.name) }

  /// `CWS_MAP_NAMES`: the names of the maps that Martlet itself loads, as far as the kernel keeps them.
  public let textConstants: [String: [[UInt8]]] = [
    "CWS_MAP_NAMES": [
      "cgroup_ledger", "cloned_mounts", "enter_programs", "exempt", "exit_programs", "file_names", "filter_rooms",
      "filters", "flows", "ledger", "modules_seen", "mount_places", "moved", "packet_rooms", "parked", "parked_large",
      "parked_requests", "program_helpers", "protected_areas", "quiet_requests", "ring", "ring_programs", "scope",
      "scratches", "shares", "submit_programs", "tracers", "usages",
    ].map { Array("martlet_\($0)".utf8.prefix(15)) }
  ]
}
