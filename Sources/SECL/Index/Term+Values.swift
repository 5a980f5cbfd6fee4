/// Values of terms as an `EventReader` has them: what is at hand is asked where it is, the rest of the terms by the
/// plain evaluator, which copies.
extension Term {
  /// Whether `test` holds for one of the texts.
  func anyText(_ reader: some EventReader, _ round: Int, _ test: (Span<UInt8>) -> Bool) -> Bool {
    switch self {
    case .constant(.string(let bytes)): return test(bytes.span)
    case .constant(.strings(let list)):
      for bytes in list where test(bytes.span) { return true }
      return false
    case .field(let field): return reader.anyReading(of: field) { $0.anyText(field.type, test) }
    case .registered(let field): return (reader.reading(of: field, at: round) ?? .none).anyText(field.type, test)
    case .element(.field(let field), let index, _) where field.iterator == nil:
      guard case .texts(let texts) = reader.reading(of: field), index < texts.count else { return test(Span()) }
      return test(texts[index].utf8Span.span)
    default:
      for bytes in copied(reader, round).texts where test(bytes.span) { return true }
      return false
    }
  }

  /// Whether `test` holds for one of the numbers.
  func anyNumber(_ reader: some EventReader, _ round: Int, _ test: (Int64) -> Bool) -> Bool {
    switch self {
    case .constant(.ints(let list)): list.contains(where: test)
    case .field(let field): reader.anyReading(of: field) { $0.anyNumber(field.type, test) }
    case .registered(let field): (reader.reading(of: field, at: round) ?? .none).anyNumber(field.type, test)
    case .constant, .length, .sum, .bits, .negative, .complement: test(number(reader, round))
    default: copied(reader, round).numbers.contains(where: test)
    }
  }

  /// The number of a term that has one.
  func number(_ reader: some EventReader, _ round: Int) -> Int64 {
    switch self {
    case .constant(let value): return value.number
    case .field(let field):
      if case .int(let number) = reader.reading(of: field) { return number }
      return 0
    case .registered(let field):
      if case .int(let number) = reader.reading(of: field, at: round) { return number }
      return 0
    case .length(.field(let field)) where field.iterator == nil: return Int64(reader.reading(of: field).length)
    case .sum(let operands, let operators):
      var total = operands.first?.number(reader, round) ?? 0
      for (operand, found) in zip(operands.dropFirst(), operators) {
        let number = operand.number(reader, round)
        total = found == .plus ? total &+ number : total &- number
      }
      return total
    case .bits(let operands, let operators):
      var result = operands.last?.number(reader, round) ?? 0
      for index in operators.indices.reversed() {
        let number = operands[index].number(reader, round)
        switch operators[index] {
        case .and: result &= number
        case .or: result |= number
        case .exclusiveOr: result ^= number
        }
      }
      return result
    case .negative(let operand): return 0 &- operand.number(reader, round)
    case .complement(let operand): return ~operand.number(reader, round)
    default: return copied(reader, round).number
    }
  }

  /// Whether `test` holds for one of the networks.
  func anyNetwork(_ reader: some EventReader, _ round: Int, _ test: (IPNetwork) -> Bool) -> Bool {
    switch self {
    case .constant(.ip(let network)): test(network)
    case .constant(.ips(let list)): list.contains(where: test)
    case .field(let field): reader.anyReading(of: field) { $0.anyNetwork(test) }
    case .registered(let field): (reader.reading(of: field, at: round) ?? .none).anyNetwork(test)
    default: copied(reader, round).networks.contains(where: test)
    }
  }

  /// The truth of a term that has one.
  func truth(_ reader: some EventReader, _ round: Int) -> Bool {
    switch self {
    case .field(let field):
      if case .bool(let truth) = reader.reading(of: field) { return truth }
      return false
    case .registered(let field):
      if case .bool(let truth) = reader.reading(of: field, at: round) { return truth }
      return false
    default: return copied(reader, round).truth
    }
  }

  /// What the plain evaluator makes of the term.
  func copied(_ reader: some EventReader, _ round: Int) -> Value {
    Evaluation(context: ReaderContext(reader), round: round).value(of: self)
  }
}

extension EventReader {
  /// Whether `test` holds for what the field holds; below an iterator, for one of the objects.
  func anyReading(of field: Field, _ test: (Reading) -> Bool) -> Bool {
    guard field.iterator != nil else { return test(reading(of: field)) }
    var index = 0
    while let reading = reading(of: field, at: index) {
      if test(reading) { return true }
      index += 1
    }
    return false
  }
}

extension Reading {
  /// Whether `test` holds for one of the texts of a field of type `type`. It need not be asked about those whose length is
  /// not among `lengths`, a `lengthBit` each.
  func anyText(_ type: ValueType, lengths: UInt64 = .max, _ test: (Span<UInt8>) -> Bool) -> Bool {
    func holds(_ text: String) -> Bool {
      lengths & lengthBit(text.utf8.count) != 0 && test(text.utf8Span.span)
    }
    switch self {
    case .text(let text): return holds(text)
    case .texts(let texts):
      for text in texts where holds(text) { return true }
      return false
    case .none: return type == .string && test(Span())
    case .bool, .int, .ints, .ip, .ips: return false
    }
  }

  func anyNumber(_ type: ValueType, _ test: (Int64) -> Bool) -> Bool {
    switch self {
    case .int(let number): test(number)
    case .ints(let numbers): numbers.contains(where: test)
    case .none: type == .int && test(0)
    case .bool, .text, .texts, .ip, .ips: false
    }
  }

  func anyNetwork(_ test: (IPNetwork) -> Bool) -> Bool {
    switch self {
    case .ip(let network): test(network)
    case .ips(let networks): networks.contains(where: test)
    case .none, .bool, .int, .text, .texts, .ints: false
    }
  }

  /// Elements of a list, bytes of a text.
  var length: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .texts(let texts): texts.count
    case .ints(let numbers): numbers.count
    case .ips(let networks): networks.count
    case .none, .bool, .int, .ip: 0
    }
  }
}
