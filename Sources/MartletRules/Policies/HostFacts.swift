import SECL

/// What `filters` of rules and macros may ask about the host that they are loaded on.
public struct HostFacts: Sendable {
  /// The constants of `/etc/os-release`.
  public var osID = ""
  /// `PLATFORM_ID`.
  public var platformID = ""
  /// `VERSION_ID`.
  public var versionID = ""
  /// The kernel's version: major, minor, patch, ABI.
  public var kernelVersion: [Int64] = [0, 0, 0, 0]
  /// What follows the kernel's version, such as `generic`.
  public var kernelFlavor = ""
  /// The agent's environment, `NAME=value`.
  public var environment: [String] = []
  /// The host's name.
  public var hostname = "unknown"

  /// A host of which nothing is known.
  public init() {}

  /// The host of which `/etc/os-release` says `osRelease` and `uname(2)` `release` and `hostname`.
  public init(osRelease: String, release: String, hostname: String, environment: [String]) {
    for line in osRelease.split(whereSeparator: \.isNewline) {
      guard let equals = line.firstIndex(of: "=") else { continue }
      let value = Self.unquoted(line[line.index(after: equals)...])
      switch line[..<equals] {
      case "ID": osID = value
      case "PLATFORM_ID": platformID = value
      case "VERSION_ID": versionID = value
      default: break
      }
    }
    (kernelVersion, kernelFlavor) = Self.version(release)
    if !hostname.isEmpty { self.hostname = hostname }
    self.environment = environment
  }

  private static func unquoted(_ text: Substring) -> String {
    guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
      return String(text)
    }
    return String(text.dropFirst().dropLast())
  }

  /// `6.8.0-45-generic` is version 6.8.0, ABI 45, flavour `generic`.
  private static func version(_ release: String) -> (numbers: [Int64], flavor: String) {
    let parts = release.split(separator: "-", maxSplits: 2, omittingEmptySubsequences: false)
    var numbers = (parts.first ?? "").split(separator: ".").prefix(3).map { number in
      Int64(number.prefix { $0.isNumber && $0.isASCII }) ?? 0
    }
    while numbers.count < 3 { numbers.append(0) }
    let abi = parts.count > 1 ? parts[1].split(separator: ".").first.flatMap { Int64($0) } : nil
    numbers.append(abi ?? 0)
    let flavor = parts.count > 2 ? parts[2] : parts.count > 1 && abi == nil ? parts[1] : ""
    return (numbers, String(flavor))
  }

  private func isDistribution(_ ids: [String], version: String? = nil) -> Bool {
    guard ids.contains(osID) else { return false }
    return version.map { versionID == $0 || versionID.hasPrefix("\($0).") } ?? true
  }

  // MARK: As fields

  /// The fields, in the order in which `value(of:)` knows them.
  private static let fields: [(name: String, type: ValueType, value: @Sendable (HostFacts) -> Value)] = [
    ("os", .string, { _ in .string(Array("linux".utf8)) }),
    ("os.id", .string, { .string(Array($0.osID.utf8)) }),
    ("os.platform_id", .string, { .string(Array($0.platformID.utf8)) }),
    ("os.version_id", .string, { .string(Array($0.versionID.utf8)) }),
    ("os.is_amazon_linux", .bool, { .bool($0.isDistribution(["amzn"])) }),
    ("os.is_cos", .bool, { .bool($0.isDistribution(["cos"])) }),
    ("os.is_debian", .bool, { .bool($0.isDistribution(["debian"])) }),
    ("os.is_oracle", .bool, { .bool($0.isDistribution(["ol"])) }),
    ("os.is_rhel", .bool, { .bool($0.isDistribution(["rhel"])) }),
    ("os.is_rhel7", .bool, { .bool($0.isDistribution(["rhel"], version: "7")) }),
    ("os.is_rhel8", .bool, { .bool($0.isDistribution(["rhel"], version: "8")) }),
    ("os.is_sles", .bool, { .bool($0.isDistribution(["sles"])) }),
    ("os.is_sles12", .bool, { .bool($0.isDistribution(["sles"], version: "12")) }),
    ("os.is_sles15", .bool, { .bool($0.isDistribution(["sles"], version: "15")) }),
    ("envs", .strings, { .strings($0.environment.map { Array($0.utf8) }) }),
    ("hostname", .string, { .string(Array($0.hostname.utf8)) }),
    ("kernel.version.major", .int, { .int($0.kernelVersion[0]) }),
    ("kernel.version.minor", .int, { .int($0.kernelVersion[1]) }),
    ("kernel.version.patch", .int, { .int($0.kernelVersion[2]) }),
    ("kernel.version.abi", .int, { .int($0.kernelVersion[3]) }),
    ("kernel.version.flavor", .string, { .string(Array($0.kernelFlavor.utf8)) }),
    // Martlet has no other probes than those.
    ("kernel.core.enabled", .bool, { _ in .bool(true) }),
    ("origin", .string, { _ in .string(Array("ebpf".utf8)) }),
  ]

  private struct Catalogue: FieldCatalogue {
    let fields: [String: Field]
    let fieldNames: [String]
    let textConstants: [String: [[UInt8]]] = [:]

    func field(named name: String) -> Field? { fields[name] }
    func length(ofIterator name: String) -> Field? { nil }
  }

  private static let scope: Scope = {
    let fields = HostFacts.fields.enumerated().map { Field(index: $0, name: $1.name, type: $1.type) }
    return Scope(
      catalogue: Catalogue(
        fields: Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }),
        fieldNames: fields.map(\.name)))
  }()

  private struct Context: EvaluationContext {
    let facts: HostFacts
    let now: Int64 = 0

    func value(of field: Field) -> Value { HostFacts.fields[field.index].value(facts) }
    func value(of field: Field, at index: Int) -> Value? { nil }
    func value(of variable: Variable) -> Value { variable.type.zero }
  }

  /// Whether the condition `filter` holds here.
  func accept(_ filter: String) throws(CompilationError) -> Bool {
    try Self.scope.compile(condition: filter).holds(in: Context(facts: self))
  }
}
