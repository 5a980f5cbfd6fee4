/// An integer of an event, exact from -2^63 to 2^64 - 1: user ids may be -1, and inodes fill 64 bits.
///
/// Compares by value, is nine bytes of plain data, and converts from every integer type of at most 64 bits.
public struct JSONInteger: Hashable, Sendable, BitwiseCopyable {
  /// The value's low 64 bits, in two's complement.
  let bits: UInt64
  /// Whether `bits` stand for a value below zero.
  let isNegative: Bool

  init(bits: UInt64, isNegative: Bool) {
    self.bits = bits
    self.isNegative = isNegative
  }

  /// The same value as `value`.
  ///
  /// - Precondition: `value` lies between -2^63 and 2^64 - 1, as all of up to 64 bits do.
  public init(_ value: some BinaryInteger) {
    guard let exact = JSONInteger(exactly: value) else { preconditionFailure("an integer wider than 64 bits") }
    self = exact
  }

  /// The same value as `value`. As the one below, it spares other modules the generic one.
  public init(_ value: UInt32) { self.init(bits: UInt64(value), isNegative: false) }

  /// The same value as `value`.
  public init(_ value: UInt64) { self.init(bits: value, isNegative: false) }

  /// The same value as `value`; nil below -2^63 and above 2^64 - 1.
  public init?(exactly value: some BinaryInteger) {
    if let unsigned = UInt64(exactly: value) {
      self.init(bits: unsigned, isNegative: false)
    } else if let signed = Int64(exactly: value) {
      self.init(bits: UInt64(bitPattern: signed), isNegative: true)
    } else {
      return nil
    }
  }

  /// The value as a signed integer; nil above 2^63 - 1.
  public var signed: Int64? { isNegative ? Int64(bitPattern: bits) : Int64(exactly: bits) }

  /// The value as an unsigned integer; nil below zero.
  public var unsigned: UInt64? { isNegative ? nil : bits }
}

extension JSONInteger: ExpressibleByIntegerLiteral {
  /// The value of a literal.
  ///
  /// - Precondition: the literal lies between -2^63 and 2^64 - 1.
  public init(integerLiteral value: StaticBigInt) {
    let isNegative = value.signum() < 0
    // The width counts the sign bit.
    precondition(value.bitWidth <= (isNegative ? 64 : 65), "the literal does not fit into 64 bits")
    self.init(bits: UInt64(value[0]), isNegative: isNegative)
  }
}

extension JSONInteger: Comparable {
  public static func < (left: JSONInteger, right: JSONInteger) -> Bool {
    left.isNegative == right.isNegative ? left.bits < right.bits : left.isNegative
  }
}

extension JSONInteger: CustomStringConvertible {
  /// The decimal digits, as JSON writes them.
  public var description: String { isNegative ? Int64(bitPattern: bits).description : bits.description }
}
