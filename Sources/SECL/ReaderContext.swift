/// A reader's values as the plain evaluator wants them: copied.
public struct ReaderContext<Reader: EventReader>: EvaluationContext {
  private let reader: Reader

  /// The context that asks `reader`.
  public init(_ reader: Reader) { self.reader = reader }

  public var now: Int64 { reader.now }

  public func value(of variable: Variable) -> Value { reader.value(of: variable) }

  public func value(of field: Field) -> Value {
    guard field.iterator != nil else { return Value(reader.reading(of: field)) ?? field.type.zero }
    var values: [Value] = []
    while let value = value(of: field, at: values.count) { values.append(value) }
    return .joined(values, of: field.type.array)
  }

  public func value(of field: Field, at index: Int) -> Value? {
    reader.reading(of: field, at: index).map { Value($0) ?? field.type.zero }
  }
}

extension Value {
  /// A copy of what was read; nil of nothing.
  public init?(_ reading: Reading) {
    switch reading {
    case .none: return nil
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .text(let text): self = .string(Array(text.utf8))
    case .texts(let texts): self = .strings(texts.map { Array($0.utf8) })
    case .ints(let values): self = .ints(values)
    case .ip(let network): self = .ip(network)
    case .ips(let networks): self = .ips(networks)
    }
  }
}
