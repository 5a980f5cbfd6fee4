import Glibc
package import MartletModel
import MartletSchema

/// What a workload is known to do: the programs that it runs and the names that it looks up.
///
/// It learns when it is told to, and otherwise judges. In a file it is one JSON object that people can read and mend:
/// `name`, `version` (how often it was taught), `tags`, and a list for each type of event that was learnt.
package struct WorkloadProfile: Sendable {
  private let path: String
  private var name: ProfileName
  private let isLearning: Bool
  /// What is known, by type. A type without a list was never learnt.
  private var known: [EventType: Set<String>] = [:]
  /// Bytes of all that is known.
  private var size = 0

  /// Bytes that a profile knows at most, and that a file of one may have.
  private static let largest = 5 << 20
  /// The types that are compared.
  static let types: [EventType] = [.exec, .dns]

  /// Reads the profile in a file. One that is to learn need not be there: it is of `command` then.
  package init(path: String, isLearning: Bool, command: String) throws(ProfileError) {
    self.path = path
    self.isLearning = isLearning
    name = ProfileName(name: Self.baseName(path), version: "0", tags: ["command:\(Self.baseName(command))"])
    if let text = contents(of: path) {
      guard read(text) else { throw ProfileError(path: path, reason: .malformed) }
    } else if !isLearning || errno != ENOENT {
      throw ProfileError(path: path, reason: .unusable(errno: errno))
    }
    guard isLearning else { return }
    name.version = String((UInt64(name.version) ?? 0) &+ 1)
    for type in Self.types where known[type] == nil { known[type] = [] }
  }

  /// The last component of a path, without what follows its first dot.
  private static func baseName(_ path: String) -> String {
    let last = path.split(separator: "/").last ?? "profile"
    return String(last.prefix { $0 != "." })
  }

  /// How an event compares, which a profile that learns takes in; nil for types that are not compared.
  package mutating func judge(_ event: Event) -> ProfileFinding? {
    guard let entry = Self.entry(of: event) else { return nil }
    guard let known = known[event.type] else { return finding(.noProfile, isKnown: false) }
    let isKnown = known.contains(entry)
    guard isLearning else { return finding(.stable, isKnown: isKnown) }
    let grown = size + entry.utf8.count
    guard isKnown || grown <= Self.largest else { return finding(.atMaxSize, isKnown: false) }
    if !isKnown {
      self.known[event.type]?.insert(entry)
      size = grown
    }
    return finding(.learning, isKnown: true)
  }

  private func finding(_ state: ProfileFinding.State, isKnown: Bool) -> ProfileFinding {
    ProfileFinding(profile: name, state: state, isKnown: isKnown)
  }

  /// What of an event is compared.
  private static func entry(of event: Event) -> String? {
    switch event.activity.detail {
    case .exec:
      let file = event.process.executable
      return file.path.isEmpty ? file.name : file.path
    case .packet(let packet):
      if case .dns(let question) = packet.content { return question.name.lowercased() }
      return nil
    default: return nil
    }
  }

  // MARK: The file

  private mutating func read(_ text: [UInt8]) -> Bool {
    var reader = JSONReader()
    guard text.count <= 2 * Self.largest,
      case .object(let members) = unsafe try? reader.readValue(text.span.bytes)
    else { return false }
    if case .string(let text) = members["name"] { name.name = text }
    if case .string(let text) = members["version"] { name.version = text }
    if let tags = members["tags"]?.texts { name.tags = tags }
    for type in Self.types {
      guard let list = members[type.name] else { continue }
      guard let entries = list.texts else { return false }
      known[type] = Set(entries)
      size += entries.reduce(0) { $0 + $1.utf8.count }
    }
    return true
  }

  /// Writes what was learnt, an entry a line; a profile that judges stays as it is.
  package func save() throws(ProfileError) {
    guard isLearning else { return }
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("name")
    writer.value(name.name)
    writer.key("version")
    writer.value(name.version)
    writer.key("tags")
    writer.value(name.tags)
    for type in Self.types {
      writer.key(type.name)
      writer.value(known[type, default: []].sorted())
    }
    writer.endObject()
    writer.newline()
    let bytes = unsafe writer.bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    let new = path + ".new"
    guard write(bytes, to: new), unsafe rename(new, path) == 0 else {
      throw ProfileError(path: path, reason: .unusable(errno: errno))
    }
  }

  private func write(_ bytes: [UInt8], to path: String) -> Bool {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

extension JSONValue {
  /// The elements of an array of texts; nil for anything else.
  fileprivate var texts: [String]? {
    guard case .array(let elements) = self else { return nil }
    var texts: [String] = []
    for element in elements {
      guard case .string(let text) = element else { return nil }
      texts.append(text)
    }
    return texts
  }
}

/// A profile that cannot be used.
package struct ProfileError: Error, Hashable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case unusable(errno: Int32)
    case malformed
  }

  package let path: String
  package let reason: Reason

  package var description: String {
    switch reason {
    case .unusable(let errno): "cannot use the profile '\(path)': \(unsafe String(cString: strerror(errno)))"
    case .malformed: "'\(path)' is no profile; write one with --learn"
    }
  }
}
