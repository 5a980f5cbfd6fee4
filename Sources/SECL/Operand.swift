/// A part of an expression that is checked and compiled, with what its surroundings must know of it.
struct Operand: Sendable {
  enum Content: Sendable {
    case typed(ValueType)
    /// Texts of which each keeps its kind until the field is known that it is compared with.
    case texts([TextLiteral])
    case networks([IPNetwork])
  }

  /// Where a value comes from, as far as a comparison depends on it.
  enum Origin: Sendable {
    case field(Field)
    case literal(TextLiteral)
    /// A variable, a field reference or a text with some of these in it.
    case indirect
    case other
  }

  var term: Term
  var content: Content
  var origin = Origin.other
  /// Nanoseconds, if it is a duration and nothing else.
  var duration: Int64?
  /// Whether it is a sum or a difference, which a duration is compared with as it is.
  var isSum = false
  /// Whether it is known now.
  var isConstant = false
  /// Where it stands, in bytes.
  var offset: Int
  /// Steps of an evaluation and calls inside of each other that it takes at most.
  var size = 1
  var depth = 1

  init(_ term: Term, _ type: ValueType, at offset: Int) {
    self.term = term
    content = .typed(type)
    self.offset = offset
  }

  init(_ term: Term, _ content: Content, at offset: Int) {
    self.term = term
    self.content = content
    self.offset = offset
  }

  /// The type; nil for a list of literals that have none before they meet a field.
  var type: ValueType? { if case .typed(let type) = content { type } else { nil } }

  var field: Field? { if case .field(let field) = origin { field } else { nil } }

  var literal: TextLiteral? { if case .literal(let literal) = origin { literal } else { nil } }

  /// Whether the case of its text counts even against a field where it does not.
  var insistsOnCase: Bool { if case .indirect = origin { type == .string } else { false } }

  /// The operand as part of a rule that names the macro at `offset`.
  func moved(to offset: Int) -> Operand {
    var moved = self
    moved.offset = offset
    if case .literal(var literal) = origin {
      literal.offset = offset
      moved.origin = .literal(literal)
    }
    if case .texts(var literals) = content {
      for index in literals.indices { literals[index].offset = offset }
      moved.content = .texts(literals)
    }
    return moved
  }

  /// What it is, for messages.
  var described: String {
    switch content {
    case .typed(let type): type.rawValue
    case .texts: "list of texts"
    case .networks: "list of networks"
    }
  }
}
