/// An expression as it is written. Nodes refer to each other by their index in one array, so that no depth of an
/// expression is a depth of objects that something must walk down to free them.
struct Syntax: Sendable {
  /// Index of a node.
  struct Node: Hashable, Sendable { let index: Int }

  enum Kind: Sendable {
    case identifier(String)
    case network(String)
    case integer(Int64)
    case duration(Int64)
    /// The name between the braces.
    case variable(String)
    case fieldReference(String)
    case text(TextLiteral)
    /// Right-nested: each operator takes its left operand and all that follows.
    case logic([Node], [LogicOperator])
    case comparison(Node, ComparisonOperator, Node)
    case membership(Node, MembershipOperator, Node)
    /// Left-nested.
    case sum([Node], [SumOperator])
    /// Right-nested.
    case bits([Node], [BitOperator])
    case unary(UnaryOperator, Node)
    case texts([TextLiteral])
    case networks([Node])
    case integers([Int64])
    case identifiers([Node])
  }

  let source: SourceText
  private(set) var kinds: [Kind] = []
  private(set) var ranges: [Range<Int>] = []
  /// The bytes of each node, the brackets around it included.
  private(set) var extents: [Range<Int>] = []
  var root = Node(index: 0)

  init(source: SourceText) { self.source = source }

  subscript(node: Node) -> Kind { kinds[node.index] }

  /// Where `node` starts, in bytes.
  func offset(of node: Node) -> Int { ranges[node.index].lowerBound }

  /// Adds a node that is written at `range`, in bytes.
  mutating func add(_ kind: Kind, at range: Range<Int>) -> Node {
    kinds.append(kind)
    ranges.append(range)
    extents.append(range)
    return Node(index: kinds.count - 1)
  }

  /// Notes the brackets around `node`.
  mutating func enclose(_ node: Node, in range: Range<Int>) { extents[node.index] = range }
}

/// A quoted text: the bytes between the quotes, as written, and how they are to be matched.
struct TextLiteral: Hashable, Sendable {
  enum Kind: Hashable, Sendable { case plain, pattern, regexp }

  var kind: Kind
  var bytes: [UInt8]
  /// Where it stands, in bytes.
  var offset: Int

  /// The text for messages, cut to a length that one can read.
  var shown: String {
    bytes.count <= 80 ? String(decoding: bytes, as: UTF8.self) : String(decoding: bytes.prefix(80), as: UTF8.self) + "…"
  }
}

enum LogicOperator: Sendable { case and, or }
enum SumOperator: Sendable { case plus, minus }
enum BitOperator: Sendable {
  case and, or, exclusiveOr

  func joined(_ left: Int64, _ right: Int64) -> Int64 {
    switch self {
    case .and: left & right
    case .or: left | right
    case .exclusiveOr: left ^ right
    }
  }
}
enum UnaryOperator: Sendable { case not, minus, complement }
enum MembershipOperator: String, Sendable {
  case isIn = "in"
  case notIn = "not in"
  case allIn = "allin"
}
enum ComparisonOperator: String, Sendable {
  case greaterOrEqual = ">="
  case greater = ">"
  case lessOrEqual = "<="
  case less = "<"
  case notEqual = "!="
  case equal = "=="
  case matches = "=~"
  case doesNotMatch = "!~"
}
