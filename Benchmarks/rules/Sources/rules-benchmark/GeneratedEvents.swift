import MartletRules
import SECL

/// An event as a build makes them, with the readings at hand, as the agent has them.
final class GeneratedEvent: EventReader {
  let now: Int64 = 1_700_000_000_000_000_000
  let type: String
  /// 0 for an event that does not tell whose it is.
  var lasting: UInt64
  var kind: UInt64 { lasting }
  /// The same for the name of its file.
  var recurring: UInt64
  private let readings: [Reading]
  private let ancestors: [[Reading]]

  /// For each field of the catalogue its place in `readings`; 0, where nothing is, for one that no rule here reads.
  private static let places: [Int] = {
    var places = Array(repeating: 0, count: Catalogue.shared.fields.count)
    for (place, name) in fieldNames.enumerated() { places[Catalogue.shared.field(named: name)!.index] = place + 1 }
    for (place, name) in ancestorFieldNames.enumerated() {
      places[Catalogue.shared.field(named: "process.ancestors.\(name)")!.index] = place + 1
    }
    return places
  }()
  private static let fieldNames = [
    "open.file.path", "open.file.name", "open.flags", "open.file.mode", "open.file.uid", "open.retval",
    "exec.file.path", "exec.file.name", "exec.comm", "exec.args", "exec.argv", "exec.uid", "process.file.path",
    "process.file.name", "process.comm", "process.args", "process.argv", "process.uid", "process.is_kworker",
    "process.created_at", "process.ancestors.length", "process.container.id", "process.tty_name",
  ]
  private static let ancestorFieldNames = ["file.path", "file.name", "comm", "args", "uid"]
  private let places = GeneratedEvent.places

  init(type: String, values: [String: Reading], of process: GeneratedProcess, recurring: UInt64 = 0) {
    self.type = type
    self.recurring = recurring
    readings = [.none] + Self.fieldNames.map { values[$0] ?? process.values[$0] ?? .none }
    ancestors = process.ancestors
    lasting = process.number
  }

  private init(_ event: GeneratedEvent) {
    (type, lasting, recurring) = (event.type, event.lasting, event.recurring)
    (readings, ancestors) = (event.readings, event.ancestors)
  }

  /// The same event once more.
  func copy() -> GeneratedEvent { GeneratedEvent(self) }

  /// A process's ancestor, as an event has it.
  static func ancestor(_ values: [String: Reading]) -> [Reading] {
    [.none] + ancestorFieldNames.map { values[$0] ?? .none }
  }

  func reading(of field: Field) -> Reading { readings[places[field.index]] }

  func reading(of field: Field, at index: Int) -> Reading? {
    index < ancestors.count ? ancestors[index][places[field.index]] : nil
  }

  func value(of variable: Variable) -> Value { variable.type.zero }
}

/// A process, which makes many events; what is known of it is the same for each.
struct GeneratedProcess {
  let number: UInt64
  let values: [String: Reading]
  let ancestors: [[Reading]]

  /// A part of a build: a compiler, a linker or a shell, below make.
  init(number: UInt64, using random: inout Seeded) {
    self.number = number
    let own = Self.values(of: Self.tools.randomElement(using: &random)!, using: &random)
    var values = Dictionary(uniqueKeysWithValues: own.map { ("process.\($0)", $1) })
    for (name, value) in own { values["exec.\(name)"] = value }
    ancestors = (0..<Int.random(in: 4...7, using: &random)).map { depth in
      let path = ["/usr/bin/make", "/bin/sh", "/usr/bin/bash", "/usr/sbin/sshd", "/sbin/init"][min(depth, 4)]
      return GeneratedEvent.ancestor(Self.values(of: path, using: &random))
    }
    values["process.ancestors.length"] = .int(Int64(ancestors.count))
    self.values = values
  }

  private static let tools = [
    "/usr/lib/gcc/x86_64-linux-gnu/12/cc1", "/usr/bin/x86_64-linux-gnu-as", "/usr/bin/x86_64-linux-gnu-ld.bfd",
    "/usr/bin/make", "/usr/bin/dash", "/usr/bin/x86_64-linux-gnu-gcc-12", "/usr/bin/sed", "/usr/bin/grep",
  ]

  private static func values(of path: String, using random: inout Seeded) -> [String: Reading] {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let unit = Int.random(in: 0..<500, using: &random)
    return [
      "file.path": .text(path), "file.name": .text(name), "comm": .text(String(name.prefix(15))),
      "args": .text("-quiet -I include -D NDEBUG src/module\(unit).c -o build/module\(unit).o"),
      "argv": .texts(["-quiet", "-I", "include", "-D", "NDEBUG", "src/module\(unit).c", "-o", "build/module\(unit).o"]),
      "uid": .int(1000), "created_at": .int(1_699_999_999_000_000_000 + Int64(unit)), "is_kworker": .bool(false),
    ]
  }

}

extension GeneratedEvent {
  /// `count` events of a build: headers and libraries that are opened, and what is written.
  static func build(count: Int, only type: String? = nil, using random: inout Seeded) -> [GeneratedEvent] {
    let processes = (1...100).map { GeneratedProcess(number: $0, using: &random) }
    var files: [String: UInt64] = [:]
    return (0..<count).map { _ in
      let process = processes.randomElement(using: &random)!
      if type ?? (Int.random(in: 0..<8, using: &random) == 0 ? "exec" : "open") == "exec" {
        return GeneratedEvent(type: "exec", values: [:], of: process)
      }
      let path = Self.path(using: &random)
      let values: [String: Reading] = [
        "open.file.path": .text(path), "open.file.name": .text(path.split(separator: "/").last.map(String.init) ?? ""),
        "open.flags": .int(Int.random(in: 0..<6, using: &random) == 0 ? 0o1102 : 0o2000000),
        "open.file.mode": .int([0o100644, 0o100755, 0o100600].randomElement(using: &random)!),
        "open.retval": .int(Int.random(in: 0..<4, using: &random) == 0 ? -2 : 3),
      ]
      let file = files[path] ?? UInt64(files.count + 1)
      files[path] = file
      return GeneratedEvent(type: "open", values: values, of: process, recurring: file)
    }
  }

  private static func path(using random: inout Seeded) -> String {
    let number = Int.random(in: 0..<4_000, using: &random)
    switch Int.random(in: 0..<200, using: &random) {
    // What some rules are about.
    case 0: return "/etc/app\(number)/config.yaml"
    case 1: return "/home/user\(number % 50)/.config/tool\(number)/rc"
    case 2..<20:
      return ["/etc/ld.so.cache", "/etc/passwd", "/proc/self/maps", "/dev/null"].randomElement(using: &random)!
    case 20..<90: return "/usr/include/x86_64-linux-gnu/bits/types/struct_\(number).h"
    case 90..<130: return "/usr/lib/gcc/x86_64-linux-gnu/12/include/part\(number).h"
    case 130..<150: return "/tmp/cc\(number)x.s"
    default: return "/home/builder/project/src/part\(number % 40)/module\(number).c"
    }
  }
}

/// SplitMix64.
struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
