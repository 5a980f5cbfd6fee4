import Glibc
import MartletRules
import SECL

/// What a configuration file says, as far as it can be understood, and all that cannot.
package struct ConfigurationFile: Sendable {
  struct Entry: Sendable {
    let setting: Setting
    let texts: [String]
    let position: SourcePosition
  }

  package let path: String
  private(set) var entries: [Entry] = []
  /// All that is wrong with its shape: a mistake of YAML, a key that there is not, a list in the place of a text.
  private(set) var mistakes: [Configuration.Mistake] = []

  /// Where it is looked for if nobody says.
  private static let standardPath = "/etc/martlet/martlet.yaml"
  private static let largest = 1 << 20

  /// Reads the file that is named, or else the one at the standard path, which may be missing: then it is `nil`.
  package static func find(_ named: String?) throws(ConfigurationFileError) -> ConfigurationFile? {
    do { return try ConfigurationFile(path: named ?? standardPath) } catch {
      if named == nil, error.errno == ENOENT { return nil }
      throw error
    }
  }

  private init(path: String) throws(ConfigurationFileError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ConfigurationFileError(path: path, errno: errno) }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: Self.largest + 1)
    var count = 0
    while count < text.count {
      let more = unsafe text.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress! + count, $0.count - count)
      }
      if more < 0 && errno == EINTR { continue }
      guard more >= 0 else { throw ConfigurationFileError(path: path, errno: errno) }
      if more == 0 { break }
      count += more
    }
    guard count <= Self.largest else { throw ConfigurationFileError(path: path, errno: EFBIG) }
    self.init(path: path, text: Array(text[..<count]))
  }

  /// Takes the text of a file that is called `path`.
  init(path: String, text: [UInt8]) {
    self.path = path
    do throws(YAMLDocument.Mistake) {
      let document = try YAMLParser.document(of: text)
      if let root = document.root { read(root, below: "", of: document) }
    } catch { note(error.message, at: error.position) }
  }

  private mutating func note(_ message: String, at position: SourcePosition) {
    mistakes.append(Configuration.Mistake(origin: .file(path, position), message: message))
  }

  /// Reads the keys of a mapping. `prefix` is the name that they are below, with a point.
  private mutating func read(_ node: YAMLDocument.Node, below prefix: String, of document: YAMLDocument) {
    guard case .mapping(let members) = document[node] else {
      if case .scalar(let scalar) = document[node], scalar.isNull { return }
      let what = prefix.isEmpty ? "the file" : "'\(prefix.dropLast())'"
      return note("\(what) must be a mapping of keys", at: document.position(of: node))
    }
    var seen: Set<String> = []
    for member in members {
      let position = document.position(of: member.key)
      guard case .scalar(let key) = document[member.key] else {
        note("a key must be a text", at: position)
        continue
      }
      let name = prefix + key.text
      guard seen.insert(name).inserted else {
        note("'\(name)' is here a second time", at: position)
        continue
      }
      if let setting = Setting.named(name) {
        take(setting, member.value, of: document)
      } else if prefix.isEmpty, Setting.all.contains(where: { $0.name.hasPrefix(name + ".") }) {
        read(member.value, below: name + ".", of: document)
      } else {
        note("there is no setting '\(name)'\(suggestion(for: name, in: Setting.names))", at: position)
      }
    }
  }

  private mutating func take(_ setting: Setting, _ node: YAMLDocument.Node, of document: YAMLDocument) {
    let position = document.position(of: node)
    switch document[node] {
    // Nothing behind a key is nobody's word on it.
    case .scalar(let scalar) where scalar.isNull: return
    case .scalar(let scalar) where !setting.kind.isList:
      let isTruth = if case .truth = setting.kind { true } else { false }
      let text = isTruth ? scalar.truth.map(String.init) ?? scalar.text : scalar.text
      entries.append(Entry(setting: setting, texts: [text], position: position))
    case .sequence(let nodes) where setting.kind.isList:
      var texts: [String] = []
      for node in nodes {
        guard case .scalar(let scalar) = document[node] else {
          return note("an element of '\(setting.name)' must be a text", at: document.position(of: node))
        }
        texts.append(scalar.text)
      }
      entries.append(Entry(setting: setting, texts: texts, position: position))
    case .scalar, .sequence, .mapping:
      note("'\(setting.name)' must be a \(setting.kind.isList ? "list" : "single value")", at: position)
    }
  }
}

/// A configuration file that is there and cannot be read.
package struct ConfigurationFileError: Error, Hashable, CustomStringConvertible {
  package let path: String
  package let errno: Int32

  package var description: String { unsafe "cannot read '\(path)': \(String(cString: strerror(errno)))" }
}
