/// An address of IPv6, or one of IPv4 as IPv6 has it (`::ffff:a.b.c.d`).
package struct IPAddress: Hashable, Sendable, BitwiseCopyable {
  /// Its first and its last 64 bits, the first byte the most significant one.
  package var high: UInt64
  package var low: UInt64

  package init(high: UInt64 = 0, low: UInt64 = 0) {
    self.high = high
    self.low = low
  }

  /// An address of IPv4, its first byte the most significant one.
  package init(v4: UInt32) { self.init(low: 0xffff << 32 | UInt64(v4)) }

  package var isIPv4: Bool { high == 0 && low >> 32 == 0xffff }

  /// Eight groups of 16 bits.
  private var groups: [UInt16] {
    [high, low].flatMap { half in [48, 32, 16, 0].map { UInt16(truncatingIfNeeded: half >> UInt64($0)) } }
  }

  /// The longest run of two and more groups that are zero, the first of several.
  private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
    var longest = 0..<1
    var start = 0
    while start < groups.count {
      var end = start
      while end < groups.count, groups[end] == 0 { end += 1 }
      if end - start > longest.count { longest = start..<end }
      start = end + 1
    }
    return longest.count > 1 ? longest : nil
  }
}

extension IPAddress: CustomStringConvertible {
  /// The usual short form (RFC 5952): `127.0.0.1`, `2001:db8::1`.
  package var description: String {
    if isIPv4 { return [24, 16, 8, 0].map { String(low >> UInt64($0) & 0xff) }.joined(separator: ".") }
    func text(_ groups: some Collection<UInt16>) -> String {
      groups.map { String($0, radix: 16) }.joined(separator: ":")
    }
    let groups = groups
    guard let zeros = Self.longestZeros(groups) else { return text(groups) }
    return text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
  }
}

/// Where a packet comes from or goes to.
package struct IPEndpoint: Hashable, Sendable, BitwiseCopyable {
  package var address: IPAddress
  package var port: UInt16

  package init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }
}

extension IPEndpoint: CustomStringConvertible {
  /// `127.0.0.1:53`, `[::1]:53`
  package var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
