import MartletModel

/// How a set of capabilities differs from what it was.
struct CapabilityChange: Equatable {
  let gained: UInt64
  let lost: UInt64
  let left: Int

  init(from old: UInt64, to new: UInt64) {
    gained = new & ~old
    lost = old & ~new
    left = new.nonzeroBitCount
  }

  var isEmpty: Bool { gained | lost == 0 }

  /// `-net_raw -sys_admin`; from more than `limit` of a kind on a number of them, `-38 capabilities`.
  func description(limit: Int = 4) -> String {
    guard !isEmpty else { return "unchanged" }
    let parts = [("+", gained), ("-", lost)].filter { $0.1 != 0 }.map { sign, bits in
      bits.nonzeroBitCount > limit
        ? "\(sign)\(bits.nonzeroBitCount) capabilities"
        : capabilityNames(bits).map { sign + $0 }.joined(separator: " ")
    }
    return parts.joined(separator: " ") + (left == 0 ? ", none left" : "")
  }
}

/// `net_raw` for `CAP_NET_RAW`; a bit without a name is `cap_41`.
func capabilityNames(_ bits: UInt64) -> [String] {
  (0..<UInt64.bitWidth).lazy.filter { bits & 1 << $0 != 0 }.map { bit in
    Capabilities.table.name(of: 1 << bit).map { $0.dropFirst("CAP_".count).lowercased() } ?? "cap_\(bit)"
  }
}

/// A whole set: `all`, `all but sys_module`, or its names.
func capabilityText(_ bits: UInt64) -> String {
  let missing = everyCapability & ~bits
  if missing == 0 { return "all" }
  return missing.nonzeroBitCount <= 4
    ? "all but " + capabilityNames(missing).joined(separator: " ") : capabilityNames(bits).joined(separator: " ")
}

/// The capabilities that have a name.
private let everyCapability = (0..<UInt64.bitWidth).reduce(into: UInt64(0)) { set, bit in
  if Capabilities.table.name(of: 1 << bit) != nil { set |= 1 << bit }
}
