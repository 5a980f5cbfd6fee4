import MartletModel
import SECL
import Testing

/// Events are written with the model's names of numbers, and rules are compiled with the language's: two tables, as the
/// language knows no event.
struct ConstantAgreementTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let group: String
    /// What the model calls a number.
    let name: @Sendable (UInt64) -> String?
    /// Names that only rules have; nil where events have names for few numbers.
    var ofRules: Set<String>? = []
    /// Events have names for numbers beyond the last that rules have one for.
    var goesOn = false

    var testDescription: String { group }
  }

  private static let rows: [Row] = [
    Row(group: "Open flags", name: OpenFlags.table.name),
    Row(group: "Kernel capabilities", name: Capabilities.table.name),
    Row(group: "Ptrace requests", name: { number in PtraceRequests.name(Int64(bitPattern: number)).nonNumber }),
    Row(group: "Protection constants", name: Memory.protections.name, ofRules: ["PROT_NONE"]),
    Row(group: "MMap flags", name: Memory.mapFlags.name),
    Row(group: "Virtual memory flags", name: Memory.areaFlags.name, ofRules: ["VM_NONE"]),
    Row(group: "Signals", name: Signals.table.name),
    Row(group: "Address families", name: AddressFamilies.table.name),
    Row(group: "BPF commands", name: { UInt32(exactly: $0).flatMap(BPFNames.command) }),
    Row(
      group: "BPF helper functions", name: { UInt32(exactly: $0).flatMap { BPFNames.helper($0).nonNumber } },
      goesOn: true),
    Row(group: "BPF map types", name: { UInt32(exactly: $0).flatMap(BPFNames.mapType) }),
    Row(group: "BPF program types", name: { UInt32(exactly: $0).flatMap(BPFNames.programType) }),
    // The language counts from 1, the kernel from 0.
    Row(
      group: "BPF attach types",
      name: { number in
        guard let index = Int(exactly: number), (1...BPFNames.owners.count).contains(index) else { return nil }
        return BPFNames.attachType(UInt32(index) - 1, programType: UInt32(BPFNames.owners[index - 1]))
      }),
    Row(group: "Pipe buffer flags", name: PipeBufferFlags.table.name),
    Row(group: "DNS qtypes", name: DNSNumbers.types.name),
    Row(group: "DNS qclasses", name: DNSNumbers.classes.name),
    Row(group: "L3 protocols", name: NetworkProtocols.network.name, ofRules: nil),
    Row(group: "L4 protocols", name: NetworkProtocols.transport.name),
  ]

  @Test(arguments: rows)
  func `a number has the same name in events and in rules`(row: Row) {
    let members = ConstantGroup.all.filter { $0.name.hasPrefix(row.group) }.flatMap(\.members)
    let ofRules = Dictionary(
      members.map { (UInt64(bitPattern: $0.value), [$0.name]) }, uniquingKeysWith: +)
    let numbers = Set(ofRules.keys).union(0...0xffff).union((16..<64).map { 1 << $0 })
    var (onlyInEvents, onlyInRules): (Set<String>, Set<String>) = ([], [])
    let last = ofRules.keys.max() ?? 0
    var shared = 0
    for number in numbers {
      let name = row.name(number)
      switch (name, ofRules[number]) {
      case (nil, nil): break
      case (nil, let names?): onlyInRules.formUnion(names)
      case (let name?, nil): if !row.goesOn || number < last { onlyInEvents.insert(name) }
      case (let name?, let names?):
        if names.contains(name) { shared += 1 } else { onlyInEvents.insert("\(name)=\(number)") }
      }
    }
    #expect(shared > 1)
    #expect(onlyInEvents == [])
    #expect(onlyInRules == row.ofRules ?? onlyInRules)
  }
}

extension String {
  /// Nil for what stands in for a name.
  fileprivate var nonNumber: String? { Int(self) == nil && !hasPrefix("helper_") ? self : nil }
}
