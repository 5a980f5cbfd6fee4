package import SECL

/// The first document of a YAML file, as nodes that refer to each other by number: an alias is a second reference to
/// what its anchor names, so that no alias can make a document larger than its text.
package struct YAMLDocument: Sendable {
  /// Number of a node.
  package struct Node: Hashable, Sendable { let index: Int }

  package enum Content: Sendable {
    case scalar(YAMLScalar)
    case sequence([Node])
    /// Members in the order of the file.
    case mapping([Member])
  }

  package struct Member: Sendable {
    package let key: Node
    package let value: Node
  }

  /// All that is wrong with a text that is no YAML, or more of it than we read.
  package struct Mistake: Error, Hashable, Sendable {
    package let message: String
    package let position: SourcePosition
  }

  private(set) var contents: [Content] = []
  private(set) var positions: [SourcePosition] = []
  /// The outermost node; nil in a file without a document.
  package var root: Node?

  package subscript(node: Node) -> Content { contents[node.index] }

  /// Where `node` starts.
  package func position(of node: Node) -> SourcePosition { positions[node.index] }

  /// A place for a node whose content is yet to come.
  mutating func reserve(at position: SourcePosition) -> Node {
    contents.append(.sequence([]))
    positions.append(position)
    return Node(index: contents.count - 1)
  }

  mutating func fill(_ node: Node, _ content: Content) { contents[node.index] = content }
}

/// A text, number or truth as it stands in a YAML file. Two are equal that say the same, wherever they stand.
package struct YAMLScalar: Hashable, Sendable {
  package enum Style: Hashable, Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

  /// The value, escapes and folded lines undone.
  package let text: String
  package let style: Style
  /// The tag that was written, such as `tag:yaml.org,2002:str`.
  package let tag: String?
  package let start: SourcePosition
  package let end: SourcePosition

  package static func == (one: YAMLScalar, other: YAMLScalar) -> Bool { one.text == other.text }
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// Whether it is the absence of a value.
  package var isNull: Bool { style == .plain && tag == nil && ["", "~", "null", "Null", "NULL"].contains(text) }

  /// The truth that a plain scalar says; nil if it says none. `yes` and its like count where a truth is expected.
  package var truth: Bool? {
    guard style == .plain else { return nil }
    return switch text {
    case "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": true
    case "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF": false
    default: nil
    }
  }

  /// The integer that a plain scalar says; nil if it says none, or one that 64 bits do not hold.
  package var integer: Int64? {
    guard style == .plain, !text.isEmpty else { return nil }
    var digits = text.utf8.filter { $0 != UInt8(ascii: "_") }[...]
    var isNegative = false
    if let sign = digits.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      digits = digits.dropFirst()
    }
    guard let first = digits.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return nil }
    var radix = 10
    if first == UInt8(ascii: "0"), let second = digits.dropFirst().first {
      switch second {
      case UInt8(ascii: "x"): (radix, digits) = (16, digits.dropFirst(2))
      case UInt8(ascii: "o"): (radix, digits) = (8, digits.dropFirst(2))
      case UInt8(ascii: "b"): (radix, digits) = (2, digits.dropFirst(2))
      default: (radix, digits) = (8, digits.dropFirst())
      }
    }
    guard digits.first.map({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) == true else { return nil }
    return Int64((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: radix)
  }

  /// Whether a plain scalar is a number with a fraction or an exponent.
  package var isFraction: Bool {
    guard style == .plain, integer == nil, let first = text.utf8.first else { return false }
    let lowercase = text.lowercased()
    if [".inf", "-.inf", "+.inf", ".nan"].contains(lowercase) { return true }
    guard "+-.0123456789".utf8.contains(first), !lowercase.hasPrefix("0x") else { return false }
    return Double(text) != nil
  }
}
