/// A key that was pressed.
enum Key: Hashable {
  case letter(Character)
  /// A letter with the control key, in lower case.
  case control(Character)
  case enter, tab, backspace, escape
  case up, down, left, right, pageUp, pageDown, home, end

  /// The keys that the bytes of a terminal stand for. An escape is a key of its own where no sequence follows at once.
  static func keys(_ bytes: [UInt8]) -> [Key] {
    var keys: [Key] = []
    var rest = bytes[...]
    while let byte = rest.popFirst() {
      switch byte {
      case 0x0a, 0x0d: keys.append(.enter)
      case 0x09: keys.append(.tab)
      case 0x08, 0x7f: keys.append(.backspace)
      case 0x1b: if let key = sequence(&rest) { keys.append(key) }
      case 0x01...0x1a: keys.append(.control(Character(Unicode.Scalar(byte + 0x60))))
      case 0x20...0x7e: keys.append(.letter(Character(Unicode.Scalar(byte))))
      case 0xc2...0xf4:
        let length = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
        let text = String(decoding: [byte] + rest.prefix(length), as: UTF8.self)
        rest = rest.dropFirst(length)
        if text.count == 1, let letter = text.first, letter != "\u{fffd}" { keys.append(.letter(letter)) }
      default: break
      }
    }
    return keys
  }

  /// What follows an escape; `nil` for a key that nobody asks for.
  private static func sequence(_ rest: inout ArraySlice<UInt8>) -> Key? {
    guard let first = rest.first, first == UInt8(ascii: "[") || first == UInt8(ascii: "O") else { return .escape }
    rest = rest.dropFirst()
    var number = 0
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): number = min(number * 10 + Int(byte - 0x30), 999)
      case UInt8(ascii: ";"): number = 0  // a modifier follows
      case UInt8(ascii: "A"): return .up
      case UInt8(ascii: "B"): return .down
      case UInt8(ascii: "C"): return .right
      case UInt8(ascii: "D"): return .left
      case UInt8(ascii: "H"): return .home
      case UInt8(ascii: "F"): return .end
      case UInt8(ascii: "M"): return .enter  // of a keypad
      case UInt8(ascii: "~"):
        switch number {
        case 1, 7: return .home
        case 4, 8: return .end
        case 5: return .pageUp
        case 6: return .pageDown
        default: return nil
        }
      default: return nil
      }
    }
    return nil
  }
}
