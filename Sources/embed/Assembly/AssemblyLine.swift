/// A set of BPF's registers, a bit each.
struct Registers: OptionSet {
  var rawValue: UInt16

  /// What a function returns.
  static let result = Registers(rawValue: 1)
  static let first = Registers(rawValue: 2)
  static let arguments = Registers(rawValue: 0b111110)
  /// What a call spoils, and what it leaves alone.
  static let spoiled = Registers(rawValue: 0b111111)
  static let saved = Registers(rawValue: 0b11_1100_0000)

  var numbers: [Int] { (0...10).filter { rawValue & 1 << UInt16($0) != 0 } }
}

/// A line of BPF assembly as LLVM writes it: an instruction, a label, or something that does neither.
struct AssemblyLine {
  /// A load from memory: `r1 = *(u64 *)(r6 + 48)`.
  struct Load {
    let target: Registers
    /// `r1`, or `w1` for its lower half.
    let name: Substring
    let base: Registers
    let bytes: Int
    let offset: Substring
  }

  /// As it is to be written.
  private(set) var raw: Substring
  let label: Substring?
  /// The instruction; empty where there is none.
  let instruction: Substring
  private(set) var read: Registers = []
  private(set) var written: Registers = []
  private(set) var load: Load?

  init(_ raw: Substring) {
    self.raw = raw
    let isIndented = raw.hasPrefix("\t")
    label = isIndented ? nil : raw.firstIndex(of: ":").map { raw[..<$0] }
    var text = raw.dropFirst().prefix { $0 != "#" && $0 != "\t" }
    while text.last == " " { text.removeLast() }
    instruction = isIndented && !text.hasPrefix(".") ? text : ""
    guard !instruction.isEmpty else { return }
    // A move that widens is written so that LLVM itself does not read it: the lower half is set, and clears the upper.
    if instruction.hasPrefix("r"), instruction.contains(" = w"), !instruction.hasSuffix(" ll") {
      self.raw = "\tw" + raw.dropFirst(2)
    }
    readRegisters()
  }

  /// What is called: a function, or a helper by its number in `linux/bpf.h`. Which arguments that reads is not told here.
  var callee: Substring? { instruction.hasPrefix("call ") ? instruction.dropFirst("call ".count) : nil }
  /// Whether the next line is not reached from here.
  var ends: Bool { instruction == "exit" || instruction.hasPrefix("goto ") }
  /// The label that it may jump to.
  var target: Substring? {
    let words = instruction.split(separator: " ")
    return words.count > 1 && words[words.count - 2] == "goto" ? words.last : nil
  }
  /// What `r1 = r2` copies to where.
  var copy: (target: Registers, source: Registers)? {
    let words = instruction.split(separator: " ")
    guard words.count == 3, words[1] == "=", words[0].hasPrefix("r"), words[2].hasPrefix("r"), words[2].count < 4,
      !read.isEmpty
    else { return nil }
    return (written, read)
  }
  /// The place on the stack that is stored to or loaded from, in bytes below its top: `*(u64 *)(r10 - 16) = r1`.
  var slot: Int? {
    let words = instruction.split { " ()".contains($0) }
    guard let frame = words.firstIndex(of: "r10"), words.count > frame + 2, words[frame + 1] == "-" else { return nil }
    return Int(words[frame + 2])
  }
  /// What `r1 += r2` or `r1 += 8` adds up.
  var sum: Registers? {
    let words = instruction.split(separator: " ")
    return words.count == 3 && words[1] == "+=" && words[0].hasPrefix("r") ? read : nil
  }

  private mutating func readRegisters() {
    if instruction == "exit" { read = .result }
    if callee != nil {
      written = .arguments.union(.result)
      return
    }
    let words = instruction.split { " ()=+-,".contains($0) }
    var registers = words.compactMap { word in Self.register(word).map { (word, $0) } }
    let parts = instruction.split(separator: " ")
    if let (name, target) = registers.first, parts.count > 2, parts[0] == name, parts[1].hasSuffix("="),
      !["==", "!=", "<=", ">="].contains(parts[1])
    {
      written = target
      if parts[1] == "=" { registers.removeFirst() }
      if parts[2].hasPrefix("*(u"), let base = registers.last {
        let bits = Int(parts[2].dropFirst(3)) ?? 64
        load = Load(
          target: target, name: name, base: base.1, bytes: bits / 8,
          offset: instruction.split(separator: " ").last?.dropLast() ?? "0")
      }
    }
    read.formUnion(registers.reduce(into: []) { $0.formUnion($1.1) })
  }

  private static func register(_ word: Substring) -> Registers? {
    guard word.hasPrefix("r") || word.hasPrefix("w"), let number = UInt16(word.dropFirst()), number <= 10 else {
      return nil
    }
    return Registers(rawValue: 1 << number)
  }
}
