import Foundation
import MartletModel
import MartletRules
import SECL
import Testing

/// The table of fields is whole.
struct FieldTableTests {
  @Test func `a field of an event that is seen has a value, or a reason why not`() {
    let seen = Set(EventType.allCases.map(\.name))
    for (field, description) in zip(Catalogue.shared.fields, Catalogue.shared.descriptions)
    where field.eventType.map(seen.contains) ?? true {
      #expect((description.since == nil) == (description.missing != nil), "\(field.name)")
    }
  }

  @Test func `every field is described by a line of its own`() {
    for (field, description) in zip(Catalogue.shared.fields, Catalogue.shared.descriptions) {
      #expect(!description.docs.isEmpty && description.docs.hasSuffix("."), "\(field.name)")
      #expect(description.docs.utf8.count <= 100, "\(field.name)")
    }
  }

  @Test func `constants that a field names are there`() {
    let groups = Set(ConstantGroup.all.map(\.name))
    for (field, description) in zip(Catalogue.shared.fields, Catalogue.shared.descriptions) {
      guard let constants = description.constants else { continue }
      #expect(groups.contains(constants) || constants == "Setsockopt options", "\(field.name): \(constants)")
    }
  }

  @Test func `the constant of our own maps names those of the probes`() throws {
    let probes = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/MartletProbes/bpf").standardizedFileURL
    var maps: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(at: probes, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: file, encoding: .utf8)
      maps.formUnion(text.matches(of: #/[ ]MAP\((\w+)\)[,;]/#).map { String("martlet_\($0.1)".prefix(15)) })
      #expect(text.matches(of: #/SEC\("\.maps"\)/#).count == (file.lastPathComponent == "map.h" ? 1 : 0))
    }
    let names = try #require(Catalogue.shared.textConstants["CWS_MAP_NAMES"])
    #expect(Set(names.map { String(decoding: $0, as: UTF8.self) }) == maps)
    #expect(maps.count > 10)
  }

  @Test func `a value has the type of its field`() {
    let scene = Scene()
    let events = [
      scene.exec(), scene.exit(), scene.open(), scene.chdir(), scene.signal(), scene.changeOfIdentity(.setuid),
      scene.changeOfIdentity(.setgid), scene.changeOfIdentity(.capset), scene.bind(.v4(1, port: 80)),
      scene.connection(.connect), scene.connection(.accept), scene.dns(), scene.imds(),
      scene.change(.mkdir), scene.change(.rmdir), scene.change(.link), scene.change(.rename), scene.change(.unlink),
      scene.change(.chmod), scene.change(.chown), scene.change(.utimes), scene.change(.setxattr),
      scene.change(.removexattr), scene.splice(), scene.mount(), scene.mmap(), scene.mprotect(), scene.ptrace(),
      scene.bpf(), scene.module(.loadModule), scene.module(.unloadModule), scene.selinux(.commit(true)),
      scene.prctl(), scene.setsockopt(), scene.setrlimit(), scene.sysctl(isWrite: true), scene.cgroupWrite(),
    ]
    for event in events {
      let live = LiveEvent(event)
      for field in Catalogue.shared.fields where [nil, event.type.name].contains(field.eventType) {
        let reading = field.iterator == nil ? live.reading(of: field) : live.reading(of: field, at: 0)
        #expect(isReading(reading, of: field.type), "\(event.type.name): \(field.name)")
      }
    }
  }

  private func isReading(_ reading: Reading?, of type: ValueType) -> Bool {
    switch (reading, type) {
    case (nil, _), (.some(.none), _): true
    case (.bool, .bool), (.int, .int), (.text, .string), (.texts, .string), (.texts, .strings), (.ints, .ints): true
    case (.ip, .ip), (.ips, .ip), (.ips, .ips): true
    default: false
    }
  }
}
