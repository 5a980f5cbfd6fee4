import MartletModel
import SECL

/// The catalogue in the making: rows in, fields and what belongs to each out.
struct CatalogueTable {
  private(set) var fields: [Field] = []
  private(set) var descriptions: [FieldDescription] = []
  private(set) var accessors: [Accessor] = []
  /// Under the name of each iterator the index of the field that counts its objects.
  private(set) var iterators: [String: Int] = [:]

  /// The event type whose rows are being added.
  private var event: EventFields?

  mutating func add(_ event: EventFields) {
    self.event = event
    add(event.rows)
    self.event = nil
  }

  mutating func add(_ rows: [FieldRow<LiveEvent>]) {
    for row in rows {
      switch row.content {
      case .field(_, let read): append(row.name, row, read.map(Accessor.event) ?? .none)
      case .file(let place): addFile(row.name) { read in read.map { .file(place, $0) } ?? .none }
      case .process(let place): addProcess(row.name) { .process(place, $0) }
      case .lineage(let place):
        addLength(row.name, "Number of the images before.", .ancestors(place))
        addProcess(row.name, in: row.name) { .lineage(place, $0) }
      case .packet:
        for member in FieldRow<LiveEvent>.packet {
          append("\(row.name).\(member.name)", member, member.read.map(Accessor.event) ?? .none)
        }
      case .flows:
        addLength(row.name, "Number of the flows.", .none)
        for member in FieldRow<LiveEvent>.flow {
          append("\(row.name).\(member.name)", member, .none, in: row.name)
        }
      }
    }
  }

  // MARK: Groups

  private mutating func addFile(
    _ name: String, in iterator: String? = nil, _ accessor: (FieldRow<FileIdentity>.Read<Reading>?) -> Accessor
  ) {
    for row in FieldRow<FileIdentity>.file { append("\(name).\(row.name)", row, accessor(row.read), in: iterator) }
  }

  private mutating func addProcess(_ name: String, in iterator: String? = nil, _ accessor: (Accessor.Part) -> Accessor)
  {
    for row in FieldRow<LiveProcess>.process {
      switch row.content {
      case .file(.interpreter):
        addFile("\(name).\(row.name)", in: iterator) { accessor($0.map(Accessor.Part.interpreter) ?? .unknown) }
      case .file:
        addFile("\(name).\(row.name)", in: iterator) { accessor($0.map(Accessor.Part.executable) ?? .unknown) }
      case .field, .process, .lineage, .packet, .flows:
        append("\(name).\(row.name)", row, accessor(row.read.map(Accessor.Part.own) ?? .unknown), in: iterator)
      }
    }
  }

  private mutating func addLength(_ iterator: String, _ docs: String, _ accessor: Accessor) {
    let name = "\(iterator).length"
    iterators[iterator] = fields.count
    let row = FieldRow<LiveEvent>(name: name, docs: docs, content: .field(.int, { _ in .none }))
    append(name, row, accessor)
  }

  // MARK: Fields

  private mutating func append<Subject>(
    _ name: String, _ row: FieldRow<Subject>, _ accessor: Accessor, in iterator: String? = nil
  ) {
    guard case .field(let type, let read) = row.content else { return }
    let isOfPacket = name.hasPrefix("network.")
    fields.append(
      Field(
        index: fields.count, name: name, type: type, traits: row.traits, eventType: event?.type,
        onlyWith: isOfPacket ? ["dns", "imds", "packet"] : [], iterator: iterator))
    let isProduced = event?.isProduced ?? true
    descriptions.append(
      FieldDescription(
        docs: row.docs, constants: row.constants, since: isProduced && read != nil ? row.since : nil,
        missing: isProduced ? row.missing : nil))
    accessors.append(accessor)
  }
}

extension FieldRow {
  /// How the value is found; nil for a group and for what is not known yet.
  fileprivate var read: Read<Reading>? { if case .field(_, let read) = content { read } else { nil } }
}
