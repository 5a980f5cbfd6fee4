import MartletModel
import SECL

/// One row of the field table: a field, or a group of fields under a common name. All that is known of a field stands
/// here once: evaluator, checker, `martlet fields`, the reference and the completions read it.
struct FieldRow: Sendable {
  /// How a value is found. It runs for each event: no work that can be done once, no allocation that can be kept.
  typealias Read<Result> = @Sendable (LiveEvent) -> Result
  /// How a file is hashed that has at most so many bytes.
  typealias Hasher = @Sendable (LiveEvent, Int64?) -> (file: FileIdentity, hash: FileHash)?

  enum Content: Sendable {
    case field(ValueType, Read<Reading>?)
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
  static func bool(_ name: String, _ docs: String, missing: String? = nil, _ read: Read<Bool>? = nil) -> Self {
    FieldRow(name: name, docs: docs, content: .field(.bool, lift(read, Reading.bool)), missing: missing)
  }

  /// Above 2^63 - 1 the number with the same bits, as rules know no other integers.
  static func int<Number: BinaryInteger & SendableMetatype>(
    _ name: String, _ docs: String, constants: String? = nil, cost: Int = 0, _ read: @escaping Read<Number>
  ) -> Self {
    let content = Content.field(.int) { .int(Int64(truncatingIfNeeded: read($0))) }
    return FieldRow(name: name, docs: docs, content: content, constants: constants, cost: cost)
  }

  /// A number that is not known yet.
  static func int(_ name: String, _ docs: String, constants: String? = nil, missing: String? = nil) -> Self {
    FieldRow(name: name, docs: docs, content: .field(.int, nil), constants: constants, missing: missing)
  }

  static func ints(
    _ name: String, _ docs: String, constants: String? = nil, missing: String? = nil, _ read: Read<[Int64]>? = nil
  ) -> Self {
    let content = Content.field(.ints, lift(read, Reading.ints))
    return FieldRow(name: name, docs: docs, content: content, constants: constants, missing: missing)
  }

  /// Nanoseconds since the epoch.
  static func time(_ name: String, _ docs: String, missing: String? = nil, _ read: Read<Instant?>? = nil) -> Self {
    let content = Content.field(.int, lift(read) { .int($0?.nanoseconds ?? 0) })
    return FieldRow(name: name, docs: docs, content: content, isTime: true, missing: missing)
  }

  static func string(
    _ name: String, _ docs: String, _ traits: Field.Traits = [], cost: Int = 0, missing: String? = nil,
    _ read: Read<String>? = nil
  ) -> Self {
    let content = Content.field(.string, lift(read, Reading.text))
    return FieldRow(name: name, docs: docs, content: content, traits: traits, cost: cost, missing: missing)
  }

  /// A text that may go by several names.
  static func names(_ name: String, _ docs: String, _ traits: Field.Traits = [], _ read: @escaping Read<Reading>)
    -> Self
  {
    FieldRow(name: name, docs: docs, content: .field(.string, read), traits: traits)
  }

  static func strings(
    _ name: String, _ docs: String, cost: Int = 0, missing: String? = nil, _ read: Read<[String]>? = nil
  ) -> Self {
    let content = Content.field(.strings, lift(read, Reading.texts))
    return FieldRow(name: name, docs: docs, content: content, cost: cost, missing: missing)
  }

  static func ip(_ name: String, _ docs: String, missing: String? = nil, _ read: Read<IPNetwork?>? = nil) -> Self {
    let content = Content.field(.ip, lift(read) { $0.map(Reading.ip) ?? .none })
    return FieldRow(name: name, docs: docs, content: content, missing: missing)
  }

  private static func lift<Value>(
    _ read: Read<Value>?, _ reading: @escaping @Sendable (Value) -> Reading
  ) -> Read<Reading>? {
    guard let read else { return nil }
    return { reading(read($0)) }
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
