/// What command lines mean by their arguments, as far as one can tell without knowing the program.
enum CommandArguments {
  /// The flags among `arguments`: `-ln` is `l`, `n` and `ln`; `--version` is `version`.
  static func flags(in arguments: [[UInt8]]) -> [[UInt8]] {
    arguments.flatMap { argument -> [[UInt8]] in
      guard argument.count > 1, argument[0] == dash else { return [] }
      let isDouble = argument[1] == dash
      let text = Array(argument.dropFirst(isDouble ? 2 : 1))
      var flags: [[UInt8]] = []
      if !isDouble, text.allSatisfy(isAlphanumeric) { flags = text.map { [$0] } }
      if text.count > 1, !text.contains(equals) { flags.append(text) }
      return flags
    }
  }

  /// The options with their values: `--width=8` is `width=8`, `-T 8` is `T=8`.
  static func options(in arguments: [[UInt8]]) -> [[UInt8]] {
    var options: [[UInt8]] = []
    var next = 0
    while next < arguments.count {
      let argument = arguments[next]
      next += 1
      guard argument.count > 1, argument[0] == dash else { continue }
      let text = Array(argument.dropFirst(argument[1] == dash ? 2 : 1))
      guard let first = text.first, isAlphanumeric(first) else { continue }
      if text.contains(equals) {
        options.append(text)
      } else if next < arguments.count, arguments[next].first != dash {
        options.append(text + [equals] + arguments[next])
        next += 1
      }
    }
    return options
  }

  private static let dash = UInt8(ascii: "-")
  private static let equals = UInt8(ascii: "=")

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
  }
}
