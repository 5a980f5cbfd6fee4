// What swift-argument-parser takes from FoundationEssentials, so that the release executable need not carry the
// 6 MB of the real one: a protocol that no error of ours conforms to, and the encoder behind a hidden option that
// prints the command line's structure. scripts/release puts this module in the other's place; see
// docs/decisions/0002-swift-argument-parser.md.

public protocol LocalizedError: Error {
  var errorDescription: String? { get }
}

public struct Data: Sendable {}

public final class JSONEncoder {
  public struct OutputFormatting: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    public static let prettyPrinted = OutputFormatting(rawValue: 1)
    public static let sortedKeys = OutputFormatting(rawValue: 2)
  }

  public var outputFormatting: OutputFormatting = []
  public init() {}

  /// The structure is printed by development builds only.
  public func encode<Value: Encodable>(_: Value) throws -> Data { Data() }
}

extension String {
  public enum Encoding: Sendable { case utf8 }
  public init?(data: Data, encoding: Encoding) { return nil }
}
