/// Makes the assembly of the probes fit kernels before 6.2, whose verifier cannot be given a type for a bare number.
///
/// On others a field of the kernel's is one load, through a pointer that `as` of `bpf/kernel.h` typed. Here `as` leaves the
/// number alone, and each load of a field becomes a call of `bpf_probe_read_kernel`. Which loads those are clang tells, as
/// it notes every field for relocation.
enum KernelReads {
  /// `assembly` is clang's, with type information.
  static func inserted(into assembly: String) -> String {
    var isDebugging = false
    let lines = assembly.utf8.split(separator: 10).compactMap { line -> Substring? in
      if line.starts(with: "\t.section".utf8) { isDebugging = line.starts(with: "\t.section\t.debug_".utf8) }
      return isDebugging ? nil : Substring(line)
    }
    let fields = fields(in: lines)
    var text: [Substring] = [""]
    var functions: [AssemblyFunction] = []
    var arities: [Substring: Int] = [:]
    var section: Substring = ""
    var name: Substring = ""
    var body: [Substring]?
    for line in lines {
      if line.hasPrefix("\t.text") { section = ".text" }
      if line.hasPrefix("\t.section\t") { section = line.dropFirst("\t.section\t".count).prefix { $0 != "," } }
      if line.hasPrefix(".Lfunc_end"), let lines = body {
        functions.append(AssemblyFunction(lines, section: section, fields: fields))
        arities[name] = functions.last?.arity
        text.append("")
        body = nil
      }
      if body == nil { text[text.count - 1] += line + "\n" } else { body?.append(line) }
      if line.hasPrefix(".Lfunc_begin") { body = [] }
      if body == nil, line.first?.isLetter == true { name = line.prefix { $0 != ":" } }
    }
    // Before each function, and after the last.
    return zip(text, functions.map { $0.rewritten(arities) } + [""]).map { $0 + $1 }.joined()
  }

  /// The labels of fields. The last table of `.BTF.ext` has four words a place, of which the first is its label and the
  /// last what is relocated: 0 is the offset of a field.
  private static func fields(in lines: [Substring]) -> Set<Substring> {
    let directive = "\t.long\t"
    let start = lines.lastIndex { $0.hasSuffix("# FieldReloc") } ?? lines.endIndex
    let words = lines[start...].prefix { $0.hasPrefix(directive) }
      .map { $0.dropFirst(directive.count).prefix { $0 != " " } }
    return Set(
      words.indices.dropLast(3).filter { words[$0].hasPrefix(".L") && words[$0 + 3] == "0" }.map { words[$0] })
  }
}
