/// Checks events against the schema, one document at a time.
///
/// One pass over the bytes, in which nothing is built and, as long as all is well, nothing is allocated. Everything
/// that is wrong is reported, except behind the place where a text stops being JSON. Beyond what JSON Schema can say,
/// names must differ within an object and integers must fit into 64 bits.
public struct EventValidator: ~Copyable {
  /// What a violation is told to.
  public typealias Report = (Violation) -> Void

  private var scanner = JSONScanner()
  /// The names met so far in the untyped objects around the present place, innermost last.
  private var names: [FreeName] = []

  /// A validator that has seen nothing.
  public init() {}

  /// Checks that `json` is one event and nothing else, and reports every violation in the order of the text.
  public mutating func validate(_ json: RawSpan, report: Report) {
    scanner.begin(json)
    defer { scanner.finish() }
    names.removeAll(keepingCapacity: true)
    do throws(Violation) {
      try object(EventDocument.self, report)
      try scanner.end()
    } catch {
      report(error)
    }
  }

  /// Whether `json` is one event and nothing else.
  public mutating func isValid(_ json: RawSpan) -> Bool {
    var isValid = true
    validate(json) { _ in isValid = false }
    return isValid
  }

  // MARK: Values of a type

  /// Checks an object. The definition comes as a value, as a copy of this function for each would be large.
  mutating func object(_ definition: any SchemaDefinition.Type, _ report: Report) throws(Violation) {
    guard try isNext(.object, report) else { return }
    var seen: UInt64 = 0
    if try scanner.enterObject() {
      repeat {
        let name = try scanner.name()
        let index = definition.index(of: scanner.propertyName(name))
        if index >= 0 {
          let bit: UInt64 = 1 &<< UInt64(truncatingIfNeeded: index)
          if seen & bit != 0 { report(scanner.violation(.duplicate, at: name.start)) }
          seen |= bit
          try definition.check(index, with: &self, report)
        } else {
          let closest = definition.closest(to: scanner.string(name))
          report(scanner.violation(.unknown(closest: closest), at: name.start))
          try value(report)
        }
      } while try scanner.nextMember()
    }
    var missing = definition.required & ~seen
    while missing != 0 {
      report(
        definition.missing(missing.trailingZeroBitCount, pointer: scanner.pointer(), offset: max(scanner.offset - 1, 0))
      )
      missing &= missing &- 1
    }
  }

  mutating func string(_ report: Report) throws(Violation) {
    guard try isNext(.string, report) else { return }
    _ = try scanner.text()
  }

  mutating func boolean(_ report: Report) throws(Violation) {
    guard try isNext(.boolean, report) else { return }
    _ = try scanner.boolean()
  }

  mutating func integer(_ report: Report) throws(Violation) {
    guard try isNext(.integer, report) else { return }
    let start = scanner.offset
    switch scanner.integer(try scanner.number()) {
    case .exact: break
    case .outOfRange: report(scanner.violation(.integerOutOfRange, at: start))
    case .notIntegral: report(scanner.violation(.notIntegral, at: start))
    }
  }

  mutating func dateTime(_ report: Report) throws(Violation) {
    guard try isNext(.dateTime, report) else { return }
    let start = scanner.offset
    let text = try scanner.text()
    if scanner.dateTime(text) == nil { report(scanner.violation(.badDateTime, at: start)) }
  }

  mutating func strings(_ report: Report) throws(Violation) {
    guard try isNext(.array, report), try scanner.enterArray() else { return }
    repeat { try string(report) } while try scanner.nextElement()
  }

  mutating func objects(_ definition: any SchemaDefinition.Type, _ report: Report) throws(Violation) {
    guard try isNext(.array, report), try scanner.enterArray() else { return }
    repeat { try object(definition, report) } while try scanner.nextElement()
  }

  mutating func values(_ report: Report) throws(Violation) {
    guard try isNext(.array, report), try scanner.enterArray() else { return }
    repeat { try value(report) } while try scanner.nextElement()
  }

  mutating func untypedObject(_ report: Report) throws(Violation) {
    try members(areLists: false, report)
  }

  mutating func stringLists(_ report: Report) throws(Violation) {
    try members(areLists: true, report)
  }

  /// Checks a value of any type.
  mutating func value(_ report: Report) throws(Violation) {
    guard let kind = scanner.kind() else { throw scanner.unexpectedValue() }
    switch kind {
    case .object: try untypedObject(report)
    case .array: try values(report)
    case .string: _ = try scanner.text()
    case .boolean: _ = try scanner.boolean()
    case .null: try scanner.null()
    case .number:
      let start = scanner.offset
      let number = try scanner.number()
      if number.isPlain {
        guard case .exact = scanner.integer(number) else {
          return report(scanner.violation(.integerOutOfRange, at: start))
        }
      } else if scanner.double(number) == nil {
        report(scanner.violation(.numberOutOfRange, at: start))
      }
    }
  }

  /// Whether the next value is of type `expected`; if not, reports that and skips the value.
  @inline(__always)
  private mutating func isNext(_ expected: SchemaType, _ report: Report) throws(Violation) -> Bool {
    if scanner.isNext(expected) { return true }
    try skip(expected, report)
    return false
  }

  @inline(never)
  private mutating func skip(_ expected: SchemaType, _ report: Report) throws(Violation) {
    guard let found = scanner.kind() else { throw scanner.unexpectedValue() }
    report(scanner.violation(.wrongType(expected: expected, found: found)))
    try value(report)
  }

  // MARK: Objects with any names

  /// A name in an object whose names the schema does not fix.
  private struct FreeName {
    let text: JSONText
    let hash: Int
  }

  /// Objects with more names than this are checked for duplicates by sorting, others by comparing each with each.
  private static let few = 16

  /// Checks an object whose members are lists of texts or anything.
  private mutating func members(areLists: Bool, _ report: Report) throws(Violation) {
    guard try isNext(.object, report), try scanner.enterObject() else { return }
    let first = names.count
    repeat {
      let text = try scanner.name()
      let name = FreeName(text: text, hash: scanner.hash(text))
      if names.count - first < Self.few, names[first...].contains(where: { isSame($0, name) }) {
        report(scanner.violation(.duplicate, at: text.start))
      } else {
        names.append(name)
      }
      if areLists { try strings(report) } else { try value(report) }
    } while try scanner.nextMember()
    if names.count - first > Self.few { reportDuplicates(from: first, report) }
    names.removeSubrange(first...)
  }

  private func isSame(_ one: FreeName, _ other: FreeName) -> Bool {
    one.hash == other.hash && scanner.copy(of: one.text) == scanner.copy(of: other.text)
  }

  /// Reports the duplicates in an object of many names, which has just ended.
  private func reportDuplicates(from first: Int, _ report: Report) {
    let sorted = names[first...].sorted { ($0.hash, $0.text.start) < ($1.hash, $1.text.start) }
    for (name, next) in zip(sorted, sorted.dropFirst()) where isSame(name, next) {
      let pointer = scanner.pointer() + "/" + JSONPointer.escaped(scanner.copy(of: next.text))
      report(Violation(pointer: pointer, offset: next.text.start, problem: .duplicate))
    }
  }
}
