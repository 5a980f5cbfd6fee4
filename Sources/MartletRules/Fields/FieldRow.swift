import MartletModel
import SECL

/// One row of the field table: a field, or a group of fields under a common name. All that is known of a field stands
/// here once: evaluator, checker, `martlet fields`, the reference and the completions read it.
struct FieldRow: Sendable {
  /// How a value is found. It runs for each event: no work that can be done once, no allocation that can be kept.
  typealias Read<Result> = @Sendable (LiveEvent) -> Result
  /// How a file is hashed that has at most so many bytes.
  typealias Hasher = @Sendable (LiveEvent, Int64?) -> (file: FileIdentity, hash: FileHash)?

  /// How a field is read, in a box of its own: a closure that is kept in a list or an optional is called by a detour.
  struct Reader: Sendable {
    let read: Read<Reading>
  }

  enum Content: Sendable {
    /// Without a reader the value is not known.
    case field(ValueType, Reader?)
    /// What a file, a process or a packet has; each row under the name of this one.
    case group(FieldGroup, [FieldRow])
    /// A list of processes, the images before the one at a place.
    case lineage(ProcessPlace, [FieldRow])
    /// A list of flows.
    case flows([FieldRow])
  }

  let name: String
  /// What it is, in one line.
  let docs: String
  let content: Content
  var traits: Field.Traits = []
  /// It is nanoseconds since the epoch.
  var isTime = false
  /// The group of constants that the values come from.
  var constants: String?
  /// What it takes to come by the value, see `Field.cost`.
  var cost = 0
  /// The version that first knew the value.
  var since = "0.1.0"
  /// Why the value is not known although events that have it are seen.
  var missing: String?
  /// For the digests of a file: how an action has them made.
  var hasher: Hasher?
}

/// What occurs under several names.
enum FieldGroup: Sendable {
  case file, process, packet
}

// MARK: Fields

extension FieldRow {
  static func bool(_ name: String, _ docs: String, _ read: @escaping Read<Bool>) -> Self {
    FieldRow(name: name, docs: docs, content: .field(.bool, Reader { .bool(read($0)) }))
  }

  /// Above 2^63 - 1 the number with the same bits, as rules know no other integers.
  static func int<Number: BinaryInteger & SendableMetatype>(
    _ name: String, _ docs: String, constants: String? = nil, cost: Int = 0, _ read: @escaping Read<Number>
  ) -> Self {
    let reader = Reader { .int(Int64(truncatingIfNeeded: read($0))) }
    return FieldRow(name: name, docs: docs, content: .field(.int, reader), constants: constants, cost: cost)
  }

  static func ints(_ name: String, _ docs: String, constants: String? = nil, _ read: @escaping Read<[Int64]>) -> Self {
    FieldRow(name: name, docs: docs, content: .field(.ints, Reader { .ints(read($0)) }), constants: constants)
  }

  /// Nanoseconds since the epoch.
  static func time(_ name: String, _ docs: String, _ read: @escaping Read<Instant?>) -> Self {
    let reader = Reader { .int(read($0)?.nanoseconds ?? 0) }
    return FieldRow(name: name, docs: docs, content: .field(.int, reader), isTime: true)
  }

  static func string(
    _ name: String, _ docs: String, _ traits: Field.Traits = [], cost: Int = 0, _ read: @escaping Read<String>
  ) -> Self {
    FieldRow(name: name, docs: docs, content: .field(.string, Reader { .text(read($0)) }), traits: traits, cost: cost)
  }

  /// A text that may go by several names.
  static func names(_ name: String, _ docs: String, _ traits: Field.Traits = [], _ read: @escaping Read<Reading>)
    -> Self
  {
    FieldRow(name: name, docs: docs, content: .field(.string, Reader(read: read)), traits: traits)
  }

  static func strings(_ name: String, _ docs: String, cost: Int = 0, _ read: @escaping Read<[String]>) -> Self {
    FieldRow(name: name, docs: docs, content: .field(.strings, Reader { .texts(read($0)) }), cost: cost)
  }

  static func ip(_ name: String, _ docs: String, _ read: @escaping Read<IPNetwork?>) -> Self {
    let reader = Reader { read($0).map(Reading.ip) ?? .none }
    return FieldRow(name: name, docs: docs, content: .field(.ip, reader))
  }

  // Fields whose values are not known yet; `missing` says why they never are.

  private static func unknown(
    _ type: ValueType, _ name: String, _ docs: String, _ traits: Field.Traits = [], constants: String? = nil,
    cost: Int = 0, missing: String?
  ) -> Self {
    FieldRow(
      name: name, docs: docs, content: .field(type, nil), traits: traits, constants: constants, cost: cost,
      missing: missing)
  }

  static func bool(_ name: String, _ docs: String, missing: String? = nil) -> Self {
    unknown(.bool, name, docs, missing: missing)
  }

  static func int(_ name: String, _ docs: String, constants: String? = nil, missing: String? = nil) -> Self {
    unknown(.int, name, docs, constants: constants, missing: missing)
  }

  static func ints(_ name: String, _ docs: String, constants: String? = nil, missing: String? = nil) -> Self {
    unknown(.ints, name, docs, constants: constants, missing: missing)
  }

  static func string(_ name: String, _ docs: String, _ traits: Field.Traits = [], missing: String? = nil) -> Self {
    unknown(.string, name, docs, traits, missing: missing)
  }

  static func strings(_ name: String, _ docs: String, cost: Int = 0, missing: String? = nil) -> Self {
    unknown(.strings, name, docs, cost: cost, missing: missing)
  }

  static func ip(_ name: String, _ docs: String, missing: String? = nil) -> Self {
    unknown(.ip, name, docs, missing: missing)
  }

  /// What the event's call returned.
  static func retval(_ name: String) -> Self {
    .int(name, "What the call returned; where it failed, the error's number, negated.", constants: "Error constants") {
      $0.event.activity.result
    }
  }

  // MARK: Groups

  static func file(_ name: String, _ docs: String, _ place: FilePlace) -> Self {
    let rows =
      switch place {
      case .subject: file(SubjectFile.self)
      case .destination: file(DestinationFile.self)
      }
    return FieldRow(name: name, docs: docs, content: .group(.file, rows))
  }

  static func process(_ name: String, _ docs: String, _ place: ProcessPlace) -> Self {
    let rows =
      switch place {
      case .actor: process(ActorProcess.self)
      case .actorParent: process(ActorParent.self)
      case .target: process(TargetProcess.self)
      case .targetParent: process(TargetParent.self)
      }
    return FieldRow(name: name, docs: docs, content: .group(.process, rows))
  }

  /// The images before the process at `place`.
  static func lineage(_ name: String, _ docs: String, _ place: ProcessPlace) -> Self {
    FieldRow(name: name, docs: docs, content: .lineage(place, process(AncestorProcess.self)))
  }

  static func packet(_ name: String, _ docs: String) -> Self {
    FieldRow(name: name, docs: docs, content: .group(.packet, packet))
  }

  static func flows(_ name: String, _ docs: String) -> Self {
    FieldRow(name: name, docs: docs, content: .flows(flow))
  }
}
