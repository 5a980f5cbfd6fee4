/// An address with the length of its mask. An IPv4 address in IPv6 clothes (`::ffff:0:0/96`) is the IPv4 address.
public struct IPNetwork: Hashable, Sendable {
  let high: UInt64
  let low: UInt64
  let isIPv4: Bool
  /// Bits of the mask, counted in the 128-bit form.
  let length: Int

  /// The network that `text` is: an address, or an address, `/` and the length of the mask. Bits behind the mask are
  /// dropped. Nil if the text is neither.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count <= 2, let (words, isDotted) = Self.words(Array(parts[0].utf8)) else { return nil }
    let whole = isDotted ? 32 : 128
    var length = whole
    if parts.count == 2 {
      guard !parts[1].isEmpty, parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy(isDigit),
        let given = Int(parts[1]), given <= whole
      else { return nil }
      length = given
    }
    if isDotted { length += 96 }
    let high = words[0..<4].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    let low = words[4..<8].reduce(UInt64(0)) { $0 << 16 | UInt64($1) }
    isIPv4 = isDotted || high == 0 && low >> 32 == 0xffff && length >= 96
    self.length = length
    self.high = high & Self.mask(length)
    self.low = low & Self.mask(length - 64)
  }

  /// Whether one of the two contains the base address of the other.
  public func overlaps(_ other: IPNetwork) -> Bool {
    guard isIPv4 == other.isIPv4 else { return false }
    let shared = min(length, other.length)
    return (high ^ other.high) & Self.mask(shared) == 0 && (low ^ other.low) & Self.mask(shared - 64) == 0
  }

  /// The network with a mask of `length` bits that this one lies in; nil if its own mask is shorter.
  func widened(to length: Int) -> IPNetwork? {
    length <= self.length ? IPNetwork(widening: self, to: length) : nil
  }

  private init(widening network: IPNetwork, to length: Int) {
    high = network.high & Self.mask(length)
    low = network.low & Self.mask(length - 64)
    isIPv4 = network.isIPv4
    self.length = length
  }

  /// The first `bits` of 64 bits set.
  private static func mask(_ bits: Int) -> UInt64 {
    if bits <= 0 { 0 } else if bits >= 64 { .max } else { ~(UInt64.max >> UInt64(bits)) }
  }

  /// The eight words of an address, and whether it was written in the dotted form; that one is mapped.
  private static func words(_ text: [UInt8]) -> ([UInt16], isDotted: Bool)? {
    guard text.count <= 45 else { return nil }
    if !text.contains(UInt8(ascii: ":")) {
      return dotted(text[...]).map { ([0, 0, 0, 0, 0, 0xffff] + $0, true) }
    }
    var front: [UInt16] = []
    var back: [UInt16]?
    var rest = text[...]
    if rest.starts(with: "::".utf8) {
      back = []
      rest = rest.dropFirst(2)
    }
    while !rest.isEmpty {
      let group = rest.prefix { $0 != UInt8(ascii: ":") }
      if group.count == rest.count, group.contains(UInt8(ascii: ".")) {
        guard let last = dotted(group) else { return nil }
        if back == nil { front += last } else { back? += last }
        rest = []
        break
      }
      guard (1...4).contains(group.count), let word = UInt16(String(decoding: group, as: UTF8.self), radix: 16),
        group.allSatisfy(isHexDigit)
      else { return nil }
      if back == nil { front.append(word) } else { back?.append(word) }
      rest = rest.dropFirst(group.count)
      if rest.isEmpty { break }
      if rest.starts(with: "::".utf8) {
        guard back == nil else { return nil }
        back = []
        rest = rest.dropFirst(2)
      } else {
        rest = rest.dropFirst()
        if rest.isEmpty { return nil }
      }
    }
    guard let back else { return front.count == 8 ? (front, false) : nil }
    let missing = 8 - front.count - back.count
    return missing >= 1 ? (front + Array(repeating: 0, count: missing) + back, false) : nil
  }

  /// The two words of `a.b.c.d`; without needless zeros, which some read as octal.
  private static func dotted(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var octets: [UInt16] = []
    for part in parts {
      guard (1...3).contains(part.count), part.allSatisfy(isDigit), part.count == 1 || part.first != UInt8(ascii: "0"),
        let octet = UInt8(String(decoding: part, as: UTF8.self))
      else { return nil }
      octets.append(UInt16(octet))
    }
    return [octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]]
  }
}
