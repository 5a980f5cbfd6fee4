internal import CYaml
import SECL

/// libyaml's parser over the bytes of one file.
@safe
package struct YAMLParser: ~Copyable {
  /// Collections inside of each other. A policy has ten.
  static let deepest = 64
  /// `%TAG` lines, which libyaml compares with each other.
  private static let mostDirectives = 16

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let bytes: UnsafeMutableBufferPointer<UInt8>

  private init(_ text: borrowing [UInt8]) {
    unsafe bytes = .allocate(capacity: text.count)
    _ = unsafe bytes.initialize(fromContentsOf: copy text)
    unsafe parser = .allocate(capacity: 1)
    // It fails only for want of memory, and then every call of the parser fails too.
    unsafe yaml_parser_initialize(parser)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe bytes.deallocate()
  }

  /// The first document of `text`, which is UTF-8.
  ///
  /// - Throws: the first mistake of the text.
  package static func document(of text: [UInt8]) throws(YAMLDocument.Mistake) -> YAMLDocument {
    if let line = tooManyDirectives(text) {
      throw YAMLDocument.Mistake(
        message: "more than \(mostDirectives) directives", position: SourcePosition(line: line, column: 1))
    }
    var parser = YAMLParser(text)
    return try parser.document()
  }

  /// The line of a directive after too many of them; nil if there are not.
  private static func tooManyDirectives(_ text: [UInt8]) -> Int? {
    var (line, count) = (1, 0)
    for index in text.indices where index == 0 || text[index - 1] == UInt8(ascii: "\n") {
      if text[index] == UInt8(ascii: "%") { count += 1 }
      if count > mostDirectives { return line }
      line += 1
    }
    return nil
  }

  // MARK: Nodes

  /// A collection that is not yet complete.
  private struct Open {
    let node: YAMLDocument.Node
    let isMapping: Bool
    var nodes: [YAMLDocument.Node] = []

    /// The collection, now that all of it is known.
    var content: YAMLDocument.Content {
      guard isMapping else { return .sequence(nodes) }
      return .mapping(
        stride(from: 0, to: nodes.count - 1, by: 2).map { YAMLDocument.Member(key: nodes[$0], value: nodes[$0 + 1]) })
    }
  }

  private mutating func document() throws(YAMLDocument.Mistake) -> YAMLDocument {
    var document = YAMLDocument()
    var anchors: [String: YAMLDocument.Node] = [:]
    var open: [Open] = []
    while true {
      let event = try next()
      var done: YAMLDocument.Node?
      switch event.kind {
      case .nothing: break
      case .end: return document
      case .alias(let name):
        guard let node = anchors[name] else {
          throw YAMLDocument.Mistake(message: "no anchor '&\(name)' before this alias", position: event.position)
        }
        guard !open.contains(where: { $0.node == node }) else {
          throw YAMLDocument.Mistake(message: "'*\(name)' contains itself", position: event.position)
        }
        done = node
      case .scalar(let scalar):
        let node = document.reserve(at: event.position)
        document.fill(node, .scalar(scalar))
        done = node
      case .begin(let isMapping):
        guard open.count < Self.deepest else {
          throw YAMLDocument.Mistake(
            message: "nested more than \(Self.deepest) levels deep", position: event.position)
        }
        let node = document.reserve(at: event.position)
        if let anchor = event.anchor { anchors[anchor] = node }
        open.append(Open(node: node, isMapping: isMapping))
      case .finish:
        guard let collection = open.popLast() else { break }
        document.fill(collection.node, collection.content)
        done = collection.node
      }
      guard let done else { continue }
      if let anchor = event.anchor { anchors[anchor] = done }
      if open.isEmpty { document.root = done } else { open[open.count - 1].nodes.append(done) }
    }
  }

  // MARK: Events

  private struct Event {
    enum Kind {
      case nothing
      case alias(String)
      case scalar(YAMLScalar)
      case begin(isMapping: Bool)
      case finish
      /// Of the first document, or of a text without one.
      case end
    }

    let kind: Kind
    let anchor: String?
    let position: SourcePosition
  }

  private mutating func next() throws(YAMLDocument.Mistake) -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) != 0 else { throw unsafe Self.mistake(parser.pointee) }
    defer { unsafe yaml_event_delete(&event) }
    let start = unsafe SourcePosition(event.start_mark)
    switch unsafe event.type {
    case YAML_ALIAS_EVENT:
      return unsafe Event(kind: .alias(text(event.data.alias.anchor) ?? ""), anchor: nil, position: start)
    case YAML_SCALAR_EVENT:
      let value = unsafe event.data.scalar
      let scalar = unsafe YAMLScalar(
        text: value.value.map {
          unsafe String(decoding: UnsafeBufferPointer(start: $0, count: value.length), as: UTF8.self)
        } ?? "",
        style: style(value.style), tag: text(value.tag), start: start, end: SourcePosition(event.end_mark))
      return unsafe Event(kind: .scalar(scalar), anchor: text(value.anchor), position: start)
    case YAML_SEQUENCE_START_EVENT:
      return unsafe Event(
        kind: .begin(isMapping: false), anchor: text(event.data.sequence_start.anchor), position: start)
    case YAML_MAPPING_START_EVENT:
      return unsafe Event(
        kind: .begin(isMapping: true), anchor: text(event.data.mapping_start.anchor), position: start)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: return Event(kind: .finish, anchor: nil, position: start)
    case YAML_DOCUMENT_END_EVENT, YAML_STREAM_END_EVENT: return Event(kind: .end, anchor: nil, position: start)
    default: return Event(kind: .nothing, anchor: nil, position: start)
    }
  }

  private func text(_ bytes: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let bytes = unsafe bytes else { return nil }
    return unsafe String(decodingCString: UnsafePointer(bytes), as: UTF8.self)
  }

  private func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE: .literal
    case YAML_FOLDED_SCALAR_STYLE: .folded
    default: .plain
    }
  }

  private static func mistake(_ parser: yaml_parser_t) -> YAMLDocument.Mistake {
    guard let problem = unsafe parser.problem else {
      return YAMLDocument.Mistake(message: "not enough memory", position: SourcePosition(line: 1, column: 1))
    }
    let context = unsafe parser.context.map { unsafe String(cString: $0) + ", " } ?? ""
    // The reader tells offsets only, and of bytes that are no text a position would tell nothing.
    let isOfReader = unsafe parser.error == YAML_READER_ERROR
    return unsafe YAMLDocument.Mistake(
      message: context + String(cString: problem),
      position: isOfReader ? SourcePosition(parser.mark) : SourcePosition(parser.problem_mark))
  }
}

extension SourcePosition {
  fileprivate init(_ mark: yaml_mark_t) { self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }
}
