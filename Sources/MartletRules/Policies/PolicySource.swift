/// The text of one policy, and where it was found.
public struct PolicySource: Sendable {
  /// Who provides a policy, in the order in which they are asked.
  public enum Origin: String, Hashable, Sendable {
    case remoteConfig = "remote-config"
    case bundled
    case file
    /// The agent, which tests itself with it.
    case selfTest = "self-test"
  }

  /// The policy's name: the last part of the file's.
  public let name: String
  /// The file, as messages name it.
  public let file: String
  /// Who provides it.
  public let origin: Origin
  /// What is in the file.
  public let bytes: [UInt8]

  /// The policy `name` with the text `bytes`, which messages call `file`.
  public init(name: String, file: String? = nil, origin: Origin = .file, bytes: [UInt8]) {
    self.name = name
    self.file = file ?? name
    self.origin = origin
    // A byte order mark says nothing about UTF-8, and columns are counted behind it.
    self.bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// The policy `name` with `text`.
  public init(name: String, text: String) { self.init(name: name, bytes: Array(text.utf8)) }
}
