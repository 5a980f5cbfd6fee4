import MartletModel
import SECL

/// The catalogue in the making: rows in, fields and what belongs to each out.
struct CatalogueTable {
  private(set) var fields: [Field] = []
  private(set) var descriptions: [FieldDescription] = []
  private(set) var readers: [FieldRow.Reader] = []
  private(set) var lineages: [ProcessPlace?] = []
  /// Under the name of each iterator the index of the field that counts its objects.
  private(set) var iterators: [String: Int] = [:]
  /// Under the name of each file that is not below an iterator, how it is hashed.
  private(set) var hashers: [String: FieldRow.Hasher] = [:]

  /// The event type whose rows are being added.
  private var event: EventFields?
  /// The iterator whose rows are being added, and where its objects are.
  private var iterator: String?
  private var lineage: ProcessPlace?

  mutating func add(_ event: EventFields) {
    self.event = event
    add(event.rows)
    self.event = nil
  }

  /// Adds `rows`, below the field or group called `owner`.
  mutating func add(_ rows: [FieldRow], below owner: String? = nil, isOfKind: Bool = false) {
    for row in rows {
      let name = owner.map { "\($0).\(row.name)" } ?? row.name
      let isOfKind = isOfKind || row.traits.contains(.kind)
      switch row.content {
      case .field(let type, let reader):
        append(name, type, row, reader, isOfKind: isOfKind)
        if let owner, iterator == nil, let hasher = row.hasher { hashers[owner] = hasher }
      case .group(_, let members): add(members, below: name, isOfKind: isOfKind)
      case .lineage(let place, let members):
        addLength(of: name, "Number of the images before.", FieldRow.Reader { .int(Int64($0.ancestorCount(place))) })
        (iterator, lineage) = (name, place)
        add(members, below: name)
        (iterator, lineage) = (nil, nil)
      case .flows(let members):
        addLength(of: name, "Number of the flows.", nil)
        iterator = name
        add(members, below: name)
        iterator = nil
      }
    }
  }

  private mutating func addLength(of iterator: String, _ docs: String, _ reader: FieldRow.Reader?) {
    iterators[iterator] = fields.count
    append(
      "\(iterator).length", .int, FieldRow(name: "length", docs: docs, content: .field(.int, reader)), reader,
      isOfKind: true)
  }

  private mutating func append(
    _ name: String, _ type: ValueType, _ row: FieldRow, _ reader: FieldRow.Reader?, isOfKind: Bool
  ) {
    let isOfPacket = name.hasPrefix("network.")
    // What has to be looked up may be known later though it is not now.
    let isLasting = name.hasPrefix("process.") && row.cost == 0
    var traits = isLasting ? row.traits.union(.lasting) : row.traits
    // Whoever acted has two names in an exec. Of the target of an event the kind is not known.
    let isOfActor = isLasting || name.hasPrefix("exec.") && row.cost == 0
    if isOfKind, isOfActor { traits.insert(.kind) } else { traits.remove(.kind) }
    fields.append(
      Field(
        index: fields.count, name: name, type: type,
        traits: traits, eventType: event?.type,
        onlyWith: isOfPacket ? ["dns", "imds", "packet"] : [], iterator: iterator, cost: row.cost))
    let isProduced = event?.isProduced ?? true
    descriptions.append(
      FieldDescription(
        docs: row.docs, isTime: row.isTime, constants: row.constants,
        since: isProduced && reader != nil ? row.since : nil, missing: isProduced ? row.missing : nil))
    readers.append(reader ?? FieldRow.Reader { _ in .none })
    lineages.append(lineage)
  }
}
