internal import CMartletABI
import MartletModel

extension Activity.BPF {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_bpf_record.self)
    self.init(
      command: fixed.command,
      map: fixed.map.id == 0
        ? nil : Map(id: fixed.map.id, type: fixed.map.type, name: try record.text(fixed.map.name)),
      program: fixed.program.id == 0 ? nil : try Program(fixed.program, of: record))
  }
}

extension Activity.BPF.Program {
  fileprivate init(_ fixed: martlet_bpf_program, of record: borrowing Record) throws(RecordError) {
    self.init(
      id: fixed.id, type: fixed.type, attachType: fixed.attach_type, name: try record.text(fixed.name),
      tag: hexadecimal(unsafe withUnsafeBytes(of: fixed.tag) { unsafe [UInt8]($0) }),
      helpers: fixed.flags & MARTLET_BPF_HELPERS_KNOWN.rawValue == 0
        ? nil : bits(unsafe withUnsafeBytes(of: fixed.helpers) { unsafe [UInt64]($0.bindMemory(to: UInt64.self)) }))
  }
}

/// Two lower-case digits a byte.
private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// The numbers of the bits that are set, ascending.
private func bits(_ words: [UInt64]) -> [UInt32] {
  words.enumerated().flatMap { index, word in
    (0..<64).filter { word & 1 << UInt64($0) != 0 }.map { UInt32(index * 64 + $0) }
  }
}
