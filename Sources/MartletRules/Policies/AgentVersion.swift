/// A version of three numbers, and the constraints that policies put on the agent's.
public struct AgentVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  let major: Int
  let minor: Int
  let patch: Int

  /// The version of the reference whose policies Martlet reads as that version would:
  /// `docs/decisions/0015-policy-compatibility.md`.
  public static let compatible = AgentVersion(7, 74, 0)

  /// The version MAJOR.MINOR.PATCH.
  public init(_ major: Int, _ minor: Int, _ patch: Int) {
    self.major = major
    self.minor = minor
    self.patch = patch
  }

  /// The version that `text` says, its pre-release and build parts left out; nil if it says none.
  public init?(_ text: String) {
    guard let bound = VersionConstraint.Bound(text[...]), bound.patch != nil else { return nil }
    self = bound.lowest
  }

  public static func < (one: AgentVersion, other: AgentVersion) -> Bool {
    (one.major, one.minor, one.patch) < (other.major, other.minor, other.patch)
  }

  public var description: String { "\(major).\(minor).\(patch)" }
}

/// What `agent_version` asks: alternatives, each of comparisons that must all hold.
struct VersionConstraint: Sendable {
  fileprivate struct Comparison: Sendable {
    let comparator: Comparator
    let bound: Bound
  }

  fileprivate enum Comparator: String, Sendable {
    case equal = "="
    case notEqual = "!="
    case greater = ">"
    case greaterOrEqual = ">="
    case less = "<"
    case lessOrEqual = "<="
    case sameMinor = "~"
    case compatible = "^"
  }

  /// A version of which the last parts may be left open, as in `7.46` or `7.x`.
  struct Bound: Sendable {
    var major: Int?
    var minor: Int?
    var patch: Int?
    /// It is before the version that it names.
    var isPrerelease = false

    init?(_ text: Substring) {
      var text = text
      if text.first == "v" { text = text.dropFirst() }
      if let plus = text.firstIndex(of: "+") { text = text[..<plus] }
      if let dash = text.firstIndex(of: "-") {
        guard text.index(after: dash) < text.endIndex else { return nil }
        (text, isPrerelease) = (text[..<dash], true)
      }
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      guard (1...3).contains(parts.count) else { return nil }
      var numbers: [Int?] = []
      for part in parts {
        if ["x", "X", "*"].contains(part) {
          numbers.append(nil)
        } else {
          guard !part.isEmpty, part.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
            let number = Int(part)
          else { return nil }
          // What follows an open part is open too.
          numbers.append(numbers.contains(nil) ? nil : number)
        }
      }
      numbers += [nil, nil]
      (major, minor, patch) = (numbers[0], numbers[1], numbers[2])
    }

    /// The version with zeros for what is open.
    var lowest: AgentVersion { AgentVersion(major ?? 0, minor ?? 0, patch ?? 0) }

    /// Whether `version` begins as this does.
    func covers(_ version: AgentVersion) -> Bool {
      (major ?? version.major, minor ?? version.minor, patch ?? version.patch)
        == (version.major, version.minor, version.patch) && !(isPrerelease && patch != nil)
    }
  }

  private let alternatives: [[Comparison]]

  /// The constraint that `text` says; nil if it says none. An empty one accepts every version.
  init?(_ text: String) {
    guard text.contains(where: { !$0.isWhitespace }) else {
      alternatives = [[]]
      return
    }
    var alternatives: [[Comparison]] = []
    for alternative in Self.alternatives(text) {
      guard let comparisons = Self.comparisons(alternative), !comparisons.isEmpty else { return nil }
      alternatives.append(comparisons)
    }
    self.alternatives = alternatives
  }

  func accepts(_ version: AgentVersion) -> Bool {
    alternatives.contains { $0.allSatisfy { $0.accepts(version) } }
  }

  /// What stands between `||`.
  private static func alternatives(_ text: String) -> [Substring] {
    var (parts, rest): ([Substring], Substring) = ([], text[...])
    while let bar = rest.firstIndex(of: "|") {
      let next = rest.index(after: bar)
      guard next < rest.endIndex, rest[next] == "|" else { break }
      parts.append(rest[..<bar])
      rest = rest[rest.index(after: next)...]
    }
    return parts + [rest]
  }

  private static func comparisons(_ text: Substring) -> [Comparison]? {
    var comparisons: [Comparison] = []
    var rest = text
    func skipBlanks(_ rest: inout Substring) { rest = rest.drop { $0.isWhitespace || $0 == "," } }
    skipBlanks(&rest)
    while !rest.isEmpty {
      let sign = rest.prefix { "=!><~^".contains($0) }
      rest = rest[sign.endIndex...].drop { $0.isWhitespace }
      guard let comparator = comparator(sign), let bound = takeBound(from: &rest) else { return nil }
      let behind = rest.drop { $0.isWhitespace }
      // A dash between blanks is a range; one inside of a version is a pre-release.
      if sign.isEmpty, behind.first == "-", behind.startIndex > rest.startIndex {
        rest = behind.dropFirst().drop { $0.isWhitespace }
        guard let last = takeBound(from: &rest) else { return nil }
        comparisons.append(Comparison(comparator: .greaterOrEqual, bound: bound))
        comparisons.append(Comparison(comparator: .lessOrEqual, bound: last))
      } else {
        comparisons.append(Comparison(comparator: comparator, bound: bound))
      }
      skipBlanks(&rest)
    }
    return comparisons
  }

  private static func comparator(_ sign: Substring) -> Comparator? {
    switch sign {
    case "", "==": .equal
    case "=>": .greaterOrEqual
    case "=<": .lessOrEqual
    case "~>": .sameMinor
    default: Comparator(rawValue: String(sign))
    }
  }

  private static func takeBound(from rest: inout Substring) -> Bound? {
    let text = rest.prefix { !$0.isWhitespace && !",=!><~^".contains($0) }
    rest = rest[text.endIndex...]
    return Bound(text)
  }
}

extension VersionConstraint.Comparison {
  fileprivate func accepts(_ version: AgentVersion) -> Bool {
    let lowest = bound.lowest
    // A release is after its own pre-releases.
    let isAtLeast = version >= lowest
    let isBeyond = version > lowest || bound.isPrerelease && version == lowest
    return switch comparator {
    case .equal: bound.covers(version)
    case .notEqual: !bound.covers(version)
    case .greaterOrEqual: isAtLeast
    case .greater: isBeyond && !bound.covers(version)
    case .less: !isAtLeast
    case .lessOrEqual: !isBeyond || bound.covers(version)
    case .sameMinor:
      isAtLeast && (bound.major ?? version.major) == version.major && (bound.minor ?? version.minor) == version.minor
    case .compatible: isAtLeast && isCompatible(version)
    }
  }

  /// Whether the first part that is not zero, and those before it, are the same.
  private func isCompatible(_ version: AgentVersion) -> Bool {
    guard let major = bound.major else { return true }
    guard major == version.major else { return false }
    guard major == 0, let minor = bound.minor else { return true }
    guard minor == version.minor else { return false }
    guard minor == 0, let patch = bound.patch else { return true }
    return patch == version.patch
  }
}
