public import SECL

extension GivenEvent: EventReader {
  public func reading(of field: Field) -> Reading { Reading(value(of: field)) }

  public func reading(of field: Field, at index: Int) -> Reading? {
    guard let value: Value = value(of: field, at: index) else { return nil }
    return Reading(value)
  }
}

extension Reading {
  /// What an owner of `value` would lend.
  fileprivate init(_ value: Value) {
    switch value {
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .string(let bytes): self = .text(String(decoding: bytes, as: UTF8.self))
    case .strings(let texts): self = .texts(texts.map { String(decoding: $0, as: UTF8.self) })
    case .ints(let values): self = .ints(values)
    case .ip(let network): self = .ip(network)
    case .ips(let networks): self = .ips(networks)
    // No field is a list of truths; those below iterators are read one by one.
    case .bools: self = .none
    }
  }
}
