import MartletSchema

extension JSONObject {
  /// The fields of an event of type `type`, with what goes without saying in a real one: a file with a path has its last
  /// component as name, an `exec` and an `exit` are about the process itself, and the parent is the nearest ancestor.
  func completed(type: String) -> JSONObject {
    var fields = self
    if ["exec", "exit"].contains(type) {
      fields.mirror("process", "\(type)")
    }
    if let first = fields.nearestAncestor {
      for member in first.members where fields["process.parent.\(member.name)"] == nil {
        fields["process.parent.\(member.name)"] = member.value
      }
    } else if fields["process.ancestors"] == nil {
      let prefix = "process.parent."
      let parent = fields.members.filter { $0.name.hasPrefix(prefix) }.map {
        Member(name: String($0.name.dropFirst(prefix.count)), value: $0.value)
      }
      if !parent.isEmpty { fields["process.ancestors"] = .array([.object(JSONObject(parent))]) }
    }
    fields.nameFiles()
    for iterator in ["process.ancestors", "signal.target.ancestors", "ptrace.tracee.ancestors"] {
      guard case .array(let objects) = fields[iterator] else { continue }
      fields[iterator] = .array(
        objects.map { value in
          guard case .object(var object) = value else { return value }
          object.nameFiles()
          return .object(object)
        })
    }
    return fields
  }

  /// The text under `name`; nil if there is none.
  func text(_ name: String) -> String? {
    guard case .string(let text) = self[name], !text.isEmpty else { return nil }
    return text
  }

  /// The process id of whoever acts.
  var pid: UInt64? {
    guard case .integer(let pid) = self["process.pid"] else { return nil }
    return pid.unsigned
  }

  private var nearestAncestor: JSONObject? {
    guard case .array(let ancestors) = self["process.ancestors"], case .object(let first) = ancestors.first else {
      return nil
    }
    return first
  }

  /// Gives each of two names of one process what the other one has.
  private mutating func mirror(_ one: String, _ other: String) {
    for member in members {
      for (source, target) in [(one, other), (other, one)] where member.name.hasPrefix("\(source).") {
        let name = target + member.name.dropFirst(source.count)
        if self[name] == nil, Catalogue.shared.field(named: name)?.name == name { self[name] = member.value }
      }
    }
  }

  private mutating func nameFiles() {
    for member in members {
      guard member.name.hasSuffix("file.path") || member.name.hasSuffix("destination.path"),
        case .string(let path) = member.value, let slash = path.lastIndex(of: "/")
      else { continue }
      let name = "\(member.name.dropLast("path".count))name"
      let isField = ["", "process.ancestors."].contains { Catalogue.shared.field(named: $0 + name) != nil }
      if self[name] == nil, isField { self[name] = .string(String(path[path.index(after: slash)...])) }
    }
  }
}
