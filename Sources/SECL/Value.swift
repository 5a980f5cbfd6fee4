/// The types of fields and variables.
public enum ValueType: String, Hashable, Sendable, CaseIterable {
  case bool
  case int
  case string
  case ip
  case bools = "bool[]"
  case ints = "int[]"
  case strings = "string[]"
  case ips = "ip[]"

  /// Whether it is a list.
  public var isArray: Bool { self != element }

  /// The type of the elements; itself for a scalar.
  public var element: ValueType {
    switch self {
    case .bool, .bools: .bool
    case .int, .ints: .int
    case .string, .strings: .string
    case .ip, .ips: .ip
    }
  }

  /// The list of these; itself for a list.
  public var array: ValueType {
    switch self {
    case .bool, .bools: .bools
    case .int, .ints: .ints
    case .string, .strings: .strings
    case .ip, .ips: .ips
    }
  }

  /// What a field without value reads as: nothing, zero, an empty list. An address that is not there is in no network.
  public var zero: Value {
    switch self {
    case .bool: .bool(false)
    case .int: .int(0)
    case .string: .string([])
    case .ip: .ips([])
    case .bools: .bools([])
    case .ints: .ints([])
    case .strings: .strings([])
    case .ips: .ips([])
    }
  }
}

/// What a field or a variable holds: one of each type. Texts are bytes, as the kernel's are.
public enum Value: Hashable, Sendable {
  case bool(Bool)
  case int(Int64)
  case string([UInt8])
  case ip(IPNetwork)
  case bools([Bool])
  case ints([Int64])
  case strings([[UInt8]])
  case ips([IPNetwork])

  /// The truth of a bool; false for anything else.
  var truth: Bool { if case .bool(let value) = self { value } else { false } }

  /// The number of an int; 0 for anything else.
  var number: Int64 { if case .int(let value) = self { value } else { 0 } }

  /// Elements of a list, bytes of a text; 0 for anything else.
  var length: Int {
    switch self {
    case .bool, .int, .ip: 0
    case .string(let bytes): bytes.count
    case .bools(let list): list.count
    case .ints(let list): list.count
    case .strings(let list): list.count
    case .ips(let list): list.count
    }
  }

  /// The element at `index`; nil if the list is shorter or there is no list.
  func element(_ index: Int) -> Value? {
    guard index < length else { return nil }
    switch self {
    case .bools(let list): return .bool(list[index])
    case .ints(let list): return .int(list[index])
    case .strings(let list): return .string(list[index])
    case .ips(let list): return .ip(list[index])
    case .bool, .int, .string, .ip: return nil
    }
  }

  // MARK: Elements; a scalar is its own

  var truths: [Bool] {
    switch self {
    case .bool(let one): [one]
    case .bools(let list): list
    default: []
    }
  }

  var numbers: [Int64] {
    switch self {
    case .int(let one): [one]
    case .ints(let list): list
    default: []
    }
  }

  var texts: [[UInt8]] {
    switch self {
    case .string(let one): [one]
    case .strings(let list): list
    default: []
    }
  }

  var networks: [IPNetwork] {
    switch self {
    case .ip(let one): [one]
    case .ips(let list): list
    default: []
    }
  }

  /// The list of type `type` of all of `values` and the elements of lists among them.
  public static func joined(_ values: [Value], of type: ValueType) -> Value {
    switch type.element {
    case .int: .ints(values.flatMap(\.numbers))
    case .string: .strings(values.flatMap(\.texts))
    case .ip: .ips(values.flatMap(\.networks))
    default: .bools(values.flatMap(\.truths))
    }
  }
}
