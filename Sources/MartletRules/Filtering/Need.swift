package import MartletModel
import SECL

/// One way for an event to meet a rule, as far as the kernel can look: all tests hold, and one of the names is there.
package struct Need: Hashable, Sendable {
  package enum Name: Hashable, Sendable {
    /// That of the file.
    case leaf(EventFilter.Name)
    /// That of the directory which the file is in.
    case parent(EventFilter.Name)
    /// The path of a directory that the file is anywhere below.
    case directory([EventFilter.Name])

    /// It has what stands in events for bytes that are no text: the kernel has the bytes.
    fileprivate var isRepaired: Bool {
      let parts =
        switch self {
        case .leaf(let name), .parent(let name): [name]
        case .directory(let path): path
        }
      return parts.contains { part in
        part.bytes.contains(0xef) && String(decoding: part.bytes, as: UTF8.self).unicodeScalars.contains("\u{fffd}")
      }
    }
  }

  package private(set) var tests: Set<EventFilter.Test> = []
  /// `nil` where no name is asked for.
  package private(set) var names: Set<Name>?

  /// Any event of the type meets it.
  package var isNothing: Bool { tests.isEmpty && names == nil }

  /// The ways to meet `program`; none if no event can.
  static func all(of program: Program, _ type: EventType) -> [Need] {
    let needs = Set(program.requirements.filter { !$0.isVain }.map { Need($0, type) })
    return needs.contains(Need()) ? [Need()] : Array(needs)
  }

  private init() {}

  private init(_ requirement: Requirement, _ type: EventType) {
    for number in requirement.numbers {
      if let test = EventFilter.Test(number, type) { tests.insert(test) }
    }
    var cost = Int.max
    for text in requirement.texts where text.field.name.isSubject(of: type) {
      guard let (names, price) = Self.names(text), price < cost else { continue }
      (self.names, cost) = (names, price)
    }
  }

  // MARK: Names

  /// Names of a directory's path that are asked for.
  private static let deepest = 8

  /// Names of which one has to be there, and how much they let through, compared with others.
  private static func names(_ text: Requirement.Text) -> (Set<Name>, Int)? {
    var (names, cost): (Set<Name>, Int) = ([], 0)
    guard let shapes = text.shapes else { return nil }
    for shape in shapes {
      guard let (name, price) = name(shape), !name.isRepaired else { return nil }
      names.insert(name)
      cost = max(cost, price)
    }
    return (names, cost)
  }

  private static func name(_ shape: Requirement.Shape) -> (Name, cost: Int)? {
    let slash = UInt8(ascii: "/")
    switch shape {
    case .exact(let text):
      let name = text.split(separator: slash, omittingEmptySubsequences: false).last ?? []
      return name.isEmpty ? nil : (.leaf(EventFilter.Name(name)), 0)
    case .path(let front, let back):
      let end = back ?? front
      if let last = end.last, let last, !last.isEmpty { return (.leaf(EventFilter.Name(last)), 0) }
      // The first element is what stands before the first slash.
      let told = front.prefix(back == nil ? front.count - 1 : front.count).prefix { $0 != nil }.compactMap(\.self)
      let directory = told.dropFirst().prefix(Self.deepest).map { EventFilter.Name($0) }
      if told.first == [], directory.count > 1 { return (.directory(directory), 1) }
      if end.count > 1, let parent = end[end.count - 2], !parent.isEmpty {
        return (.parent(EventFilter.Name(parent)), 2)
      }
      return told.first == [] && !directory.isEmpty ? (.directory(directory), 3) : nil
    }
  }
}

extension String {
  /// Whether the field of this name holds the path or the name of a file that events of `type` are about.
  fileprivate func isSubject(of type: EventType) -> Bool {
    // Of other types the destination is no file: of setxattr it is the attribute.
    let files = type == .link || type == .rename ? ["file", "file.destination"] : ["file"]
    return files.contains { self == "\(type.name).\($0).path" || self == "\(type.name).\($0).name" }
  }
}

extension Requirement {
  /// It asks for a text in a field that never has one.
  fileprivate var isVain: Bool {
    texts.contains { Catalogue.shared.descriptions[$0.field.index].since == nil && !$0.admitsNothing }
  }
}

extension EventFilter.Test {
  /// The test of a condition on a field that the kernel has as a number; `nil` for others.
  fileprivate init?(_ condition: Requirement.Number, _ type: EventType) {
    guard let (number, mask) = Self.subject(of: condition.field.name, type) else { return nil }
    self.init(
      number, mask: UInt64(bitPattern: mask & condition.mask), in: condition.range,
      residues: condition.members.isEmpty ? .max : condition.members.reduce(0) { $0 | 1 << UInt64($1 & 63) },
      isInverted: condition.isInverted)
  }

  /// Which of its numbers the kernel knows a field by, and the bits of it that are the field's value.
  private static func subject(of field: String, _ type: EventType) -> (EventFilter.Number, mask: Int64)? {
    guard field.hasPrefix(type.name + ".") else { return nil }
    switch (type, field.dropFirst(type.name.count + 1)) {
    case (_, "retval"): return (.result, -1)
    case (.open, "flags"), (.open, "syscall.flags"), (.mmap, "flags"), (.unlink, "flags"), (.unlink, "syscall.flags"):
      return (.flags, -1)
    case (.mmap, "protection"), (.mprotect, "req_protection"), (.signal, "type"), (.ptrace, "request"), (.bpf, "cmd"),
      (.chmod, "syscall.mode"), (.chown, "file.destination.uid"), (.chown, "syscall.uid"):
      return (.asked, -1)
    case (.chmod, "file.destination.mode"), (.chmod, "file.destination.rights"): return (.asked, 0o7777)
    case (.mprotect, "vm_protection"), (.signal, "pid"): return (.before, -1)
    case (.mmap, _): return nil
    case (_, "file.mode"): return (.before, -1)
    case (_, "file.rights"): return (.before, 0o7777)
    default: return nil
    }
  }
}
