/// One function of the assembly, its lines as a graph.
struct AssemblyFunction {
  private let lines: [AssemblyLine]
  private let places: [Substring: Int]
  /// Whether it is a program of a system call's entry or exit, whose context holds `struct pt_regs *` of known type.
  private let isOfCalls: Bool
  private let isProgram: Bool
  /// The labels of fields.
  private let fields: Set<Substring>

  init(_ text: [Substring], section: Substring, fields: Set<Substring>) {
    self.fields = fields
    lines = text.map(AssemblyLine.init)
    places = Dictionary(
      lines.enumerated().compactMap { index, line in line.label.map { ($0, index) } }, uniquingKeysWith: { $1 })
    isOfCalls = ["tp_btf/sys_enter", "tp_btf/sys_exit"].contains(section)
    isProgram = section != ".text"
  }

  /// The function with calls in place of the loads of fields. Those of pointers whose type the verifier knows by itself
  /// stay: so a call that nobody asks for is looked at without a helper.
  ///
  /// `arities` tells how many arguments the functions of the assembly take.
  func rewritten(_ arities: [Substring: Int]) -> String {
    let later = needed(arities).after
    let known = knowledge()
    let frame = (depth + 7) / 8 * 8
    var text = ""
    var label = ""
    for (index, line) in lines.enumerated() {
      if let name = line.label, fields.contains(name) {
        label += line.raw + "\n"
        continue
      }
      if let load = line.load, let now = known[index], !now.typed.contains(load.base) || mayPoint(load, now),
        !label.isEmpty || now.field.contains(load.base)
      {
        let kept = later[index].intersection(now.filled).intersection(.spoiled).subtracting(load.target)
        let free = Registers.saved.subtracting(later[index].subtracting(load.target)).subtracting(load.base)
        text += Self.call(load, label, keeping: kept, in: free, below: frame)
        label = ""
        continue
      }
      if !line.instruction.isEmpty {
        text += label
        label = ""
      }
      text += line.raw + "\n"
    }
    return text + label
  }

  /// Whether a load through a pointer of known type may give another one, with which the verifier would not let us calculate.
  private func mayPoint(_ load: AssemblyLine.Load, _ now: Knowledge) -> Bool {
    load.bytes == 8 && !now.registers.contains(load.base)
  }

  /// A load by `bpf_probe_read_kernel`, which zeroes what it cannot read. The label is where the offset is relocated. What
  /// the call spoils of `kept` waits in registers that are `free`, or on the stack below the `frame` that the function has.
  private static func call(
    _ load: AssemblyLine.Load, _ label: String, keeping kept: Registers, in free: Registers, below frame: Int
  ) -> String {
    let base = "r\(load.base.numbers[0])"
    var text = ""
    var after = ""
    func add(_ instruction: String) { text += "\t" + instruction + "\n" }
    for (index, number) in kept.numbers.enumerated() {
      let slot = index - free.numbers.count
      let place = slot < 0 ? "r\(free.numbers[index])" : "*(u64 *)(r10 - \(frame + 16 + slot * 8))"
      add("\(place) = r\(number)")
      after += "\tr\(number) = \(place)\n"
    }
    if base != "r3" { add("r3 = \(base)") }
    text += label
    add("r3 += \(load.offset)")
    add("r2 = \(load.bytes)")
    add("r1 = r10")
    add("r1 += -\(frame + 8)")
    add("call 113")
    text += after
    add("\(load.name) = *(u\(load.bytes * 8) *)(r10 - \(frame + 8))")
    return text
  }

  /// How many bytes of the stack the function has in use. An address in it is a copy of r10, and behind it the offset.
  private var depth: Int {
    var depth = 0
    var copies: Registers = []
    for line in lines where !line.instruction.isEmpty {
      depth = max(depth, line.slot ?? 0)
      if let sum = line.sum, sum == line.written, copies.contains(sum) {
        depth = max(depth, -(line.instruction.split(separator: " ").last.flatMap { Int($0) } ?? 0))
      }
      copies.subtract(line.written)
      if line.instruction.hasSuffix(" = r10") { copies.formUnion(line.written) }
    }
    return depth
  }

  private func next(_ index: Int) -> [Int] {
    let jump = lines[index].target.flatMap { places[$0] }
    let falls = lines[index].ends ? nil : index + 1
    return [falls, jump].compactMap(\.self).filter { $0 < lines.count }
  }

  /// How many arguments it takes: up to the last that it reads before it writes it.
  var arity: Int { taken.numbers.last ?? 0 }

  private var taken: Registers { needed(nil).before.first?.intersection(.arguments) ?? [] }

  /// How many arguments the helpers take that are called most. Others pass for taking all that a helper can, which only
  /// keeps more than is needed.
  private static let helpers: [Substring: Int] = [
    "1": 2, "2": 4, "3": 2, "5": 0, "8": 0, "112": 3, "113": 3, "114": 3, "115": 3, "130": 4, "134": 2, "156": 4,
    "157": 2, "158": 0, "181": 4,
  ]

  /// The registers that somebody reads from here on, before and after each line. What calls read counts if `arities` are
  /// known.
  private func needed(_ arities: [Substring: Int]?) -> (before: [Registers], after: [Registers]) {
    var before = [Registers](repeating: [], count: lines.count)
    var after = before
    var isChanging = true
    while isChanging {
      isChanging = false
      for index in lines.indices.reversed() {
        let line = lines[index]
        after[index] = next(index).reduce(into: []) { $0.formUnion(before[$1]) }
        var read = line.read
        if let arities, let callee = line.callee {
          read = Registers(rawValue: (1 << UInt16(1 + (Self.helpers[callee] ?? arities[callee] ?? 5))) - 2)
        }
        let now = after[index].subtracting(line.written).union(read)
        if now != before[index] {
          before[index] = now
          isChanging = true
        }
      }
    }
    return (before, after)
  }

  /// What is known of the registers before a line, whichever way led there.
  private struct Knowledge: Equatable {
    /// They hold something.
    var filled: Registers
    /// They hold the context of the program.
    var context: Registers
    /// They hold a pointer whose type the verifier knows.
    var typed: Registers = []
    /// Of these, those to a `struct pt_regs`.
    var registers: Registers = []
    /// They hold the offset of a field, or its address, which clang computes before the load where both are used again.
    var offset: Registers = []
    var field: Registers = []
    /// Places on the stack that hold the offset of a field.
    var stacked: Set<Int> = []

    func meeting(_ other: Knowledge?) -> Knowledge {
      guard let other else { return self }
      return Knowledge(
        filled: filled.intersection(other.filled), context: context.intersection(other.context),
        typed: typed.intersection(other.typed), registers: registers.intersection(other.registers),
        offset: offset.intersection(other.offset), field: field.intersection(other.field),
        stacked: stacked.intersection(other.stacked))
    }
  }

  private func knowledge() -> [Knowledge?] {
    var before = [Knowledge?](repeating: nil, count: lines.count)
    guard !lines.isEmpty else { return before }
    before[0] = Knowledge(filled: isProgram ? .first : taken.union(.first), context: isOfCalls ? .first : [])
    var pending = [0]
    while let index = pending.popLast() {
      guard let now = before[index] else { continue }
      let then = Self.knowledge(now, after: lines[index], isField: isField(index))
      for place in next(index) where then.meeting(before[place]) != before[place] {
        before[place] = then.meeting(before[place])
        pending.append(place)
      }
    }
    return before
  }

  /// Whether the instruction is one that is relocated by the offset of a field: it, or its label, is at `index`.
  private func isField(_ index: Int) -> Bool {
    var place = index - 1
    while place >= 0, lines[place].instruction.isEmpty {
      if let label = lines[place].label, fields.contains(label) { return true }
      place -= 1
    }
    return false
  }

  private static func knowledge(_ before: Knowledge, after line: AssemblyLine, isField: Bool) -> Knowledge {
    var then = before
    then.filled.formUnion(line.written)
    then.context.subtract(line.written)
    then.typed.subtract(line.written)
    then.registers.subtract(line.written)
    then.offset.subtract(line.written)
    if line.sum == nil { then.field.subtract(line.written) }
    if line.callee != nil { then.filled.subtract(.arguments) }
    if line.callee == "158" { then.typed.formUnion(.result) }  // bpf_get_current_task_btf
    if isField, line.read.isEmpty { then.offset.formUnion(line.written) }
    if let sum = line.sum, isField || !before.offset.union(before.field).isDisjoint(with: sum) {
      then.field.formUnion(line.written)
    }
    if let (target, source) = line.copy {
      if before.context.contains(source) { then.context.formUnion(target) }
      if before.typed.contains(source) { then.typed.formUnion(target) }
      if before.registers.contains(source) { then.registers.formUnion(target) }
      if before.offset.contains(source) { then.offset.formUnion(target) }
      if before.field.contains(source) { then.field.formUnion(target) }
    }
    if let slot = line.slot {
      if line.written.isEmpty {
        then.stacked.remove(slot)
        if !before.offset.isDisjoint(with: line.read) { then.stacked.insert(slot) }
      } else if before.stacked.contains(slot) {
        then.offset.formUnion(line.written)
      }
    }
    if let load = line.load, before.context.contains(load.base) {
      then.typed.formUnion(load.target)
      then.registers.formUnion(load.target)
    }
    return then
  }
}
