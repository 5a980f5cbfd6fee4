/// A filter of packets that a socket was given: a program of classic BPF.
package final class SocketFilter {
  /// One instruction (`struct sock_filter`).
  package struct Instruction: Hashable, Sendable, BitwiseCopyable {
    package var code: UInt16
    /// Instructions that a comparison skips where it holds, and where it does not.
    package var ifTrue: UInt8
    package var ifFalse: UInt8
    package var constant: UInt32

    package init(code: UInt16, ifTrue: UInt8 = 0, ifFalse: UInt8 = 0, constant: UInt32) {
      self.code = code
      self.ifTrue = ifTrue
      self.ifFalse = ifFalse
      self.constant = constant
    }
  }

  /// How many it has.
  package let count: Int
  /// These, or the first of them.
  package let instructions: [Instruction]
  /// SHA-256 of `instructions` as the kernel has them, in hexadecimal digits.
  package let hash: String

  package init(count: Int, instructions: [Instruction], hash: String) {
    self.count = count
    self.instructions = instructions
    self.hash = hash
  }

  package var isCut: Bool { instructions.count < count }

  /// The program as text: `ldh [12]; jeq #0x800, 0, 3; ret #0`. Made when a rule first asks.
  package private(set) lazy var text = instructions.map(\.description).joined(separator: "; ")

  /// The constants that packets are compared with, or that are calculated with, in the order of the program.
  package private(set) lazy var immediates = instructions.compactMap { $0.isImmediate ? Int64($0.constant) : nil }
}

extension SocketFilter.Instruction: CustomStringConvertible {
  /// Classes of instructions: the low three bits of a code.
  private enum Kind: UInt16 {
    case load, loadIndex, store, storeIndex, arithmetic, jump, end, misc
  }

  private var kind: Kind { Kind(rawValue: code & 7) ?? .misc }
  /// Its operand is the index register, not the constant.
  private var takesIndex: Bool { code & 8 != 0 }
  private var mode: UInt16 { code & 0xe0 }
  private var operation: Int { Int(code >> 4 & 0xf) }

  var isImmediate: Bool {
    switch kind {
    case .load, .loadIndex: mode == 0
    case .arithmetic: !takesIndex && operation != 8
    case .jump: !takesIndex && operation != 0
    case .store, .storeIndex, .end, .misc: false
    }
  }

  package var description: String {
    switch kind {
    case .load: "ld" + size + " " + address
    case .loadIndex: "ldx" + size + " " + address
    case .store: "st M[\(constant)]"
    case .storeIndex: "stx M[\(constant)]"
    case .arithmetic: Self.name(Self.arithmetic, operation) + (operation == 8 ? "" : " " + operand)
    case .jump: jump
    case .end: "ret " + (code & 0x18 == 0x10 ? "a" : "#\(constant)")
    case .misc: code & 0xf8 == 0x80 ? "txa" : "tax"
    }
  }

  private static let arithmetic = ["add", "sub", "mul", "div", "or", "and", "lsh", "rsh", "neg", "mod", "xor"]
  private static let jumps = ["ja", "jeq", "jgt", "jge", "jset"]

  private static func name(_ names: [String], _ operation: Int) -> String {
    operation < names.count ? names[operation] : "op\(operation)"
  }

  /// The width of a load from the packet.
  private var size: String {
    switch code & 0x18 {
    case 8: "h"
    case 0x10: "b"
    default: ""
    }
  }

  private var address: String {
    switch mode {
    case 0x20: "[\(Int32(bitPattern: constant))]"
    case 0x40: "[x + \(Int32(bitPattern: constant))]"
    case 0x60: "M[\(constant)]"
    case 0x80: "#pktlen"
    case 0xa0: "4*([\(constant)]&0xf)"
    default: "#0x" + String(constant, radix: 16)
    }
  }

  private var operand: String { takesIndex ? "x" : "#0x" + String(constant, radix: 16) }

  private var jump: String {
    operation == 0
      ? "ja \(constant)" : "\(Self.name(Self.jumps, operation)) \(operand), \(ifTrue), \(ifFalse)"
  }
}
