import CLinux

/// What this process may do.
package enum Privilege {
  private static let needed: [(name: String, bit: UInt64)] = [("CAP_BPF", 39), ("CAP_PERFMON", 38)]
  private static let systemAdministration: UInt64 = 21

  /// The sentence that says what is missing for tracing; `nil` when nothing is.
  package static func lack() -> String? {
    let held = clinux_effective_capabilities()
    if held & 1 << systemAdministration != 0 { return nil }
    let missing = needed.filter { held & 1 << $0.bit == 0 }.map(\.name)
    guard !missing.isEmpty else { return nil }
    return "tracing needs \(missing.joined(separator: " and ")); run it as root, or give the executable those"
      + " capabilities"
  }
}
