/// How long what was found out of an event is good.
enum Validity: Int, Sendable {
  /// For all events with the same fields of the kind.
  case kind
  /// For all events with the same lasting fields.
  case lasting
  /// For all events with the same recurring fields.
  case recurring
  /// For this event alone.
  case event
  /// Until the next rule: it takes variables, or the object of a register.
  case now

  /// Those that are longer than a moment, in the order in which they are thought about: what an earlier event told of its
  /// process and file leaves the less to be asked of this one.
  static let kept: [Validity] = [.kind, .lasting, .recurring, .event]

  /// Of the answer to `term`.
  init(_ term: Term) {
    if term.asksVariables || term.asksRegister {
      self = .now
    } else if term.readsOnly(.kind) {
      self = .kind
    } else if term.readsOnly(.lasting) {
      self = .lasting
    } else if term.readsOnly(.recurring) {
      self = .recurring
    } else {
      self = .event
    }
  }

  /// Of what a value of `field` leads to.
  init(_ field: Field) { self.init(.field(field)) }
}

/// Where the answer of a predicate is kept: its number among those of the same validity. Answers that are good for a moment
/// have one place for all, where none ever is.
struct AnswerPlace: Sendable {
  private let code: UInt32

  init(_ validity: Validity, number: Int) {
    code = UInt32(validity == .now ? 0 : number) << 3 | UInt32(validity.rawValue)
  }

  var validity: Validity { Validity(rawValue: row) ?? .now }
  /// The raw value of the validity.
  var row: Int { Int(code & 7) }
  /// Of the two words that the answer is in, the first among those of the same validity.
  var word: Int { Int(code >> 9) << 1 }
  var bit: UInt64 { 1 << UInt64(code >> 3 & 63) }
}

/// How many predicates there are of each validity.
struct PredicateCounts {
  private var counts = [0, 0, 0, 0, 0]

  subscript(validity: Validity) -> Int { counts[validity.rawValue] }

  /// The place of one more.
  mutating func add(_ validity: Validity) -> AnswerPlace {
    counts[validity.rawValue] += 1
    return AnswerPlace(validity, number: counts[validity.rawValue] - 1)
  }
}
