/// What command lines mean by their arguments, as far as one can tell without knowing the program.
package enum CommandArguments {
  /// The flags among `arguments`: `-ln` is `l`, `n` and `ln`; `--version` is `version`.
  package static func flags(in arguments: [String]) -> [String] {
    var flags: [String] = []
    for argument in arguments {
      guard let (text, isDouble) = withoutDashes(argument) else { continue }
      let bytes = argument.utf8Span.span.extracting(last: text.count)
      var (isWord, isOption) = (!isDouble, false)
      for index in bytes.indices {
        isWord = isWord && isAlphanumeric(bytes[index])
        isOption = isOption || bytes[index] == equals
      }
      if isWord { for index in bytes.indices { flags.append(letters[Int(bytes[index])]) } }
      if bytes.count > 1, !isOption { flags.append(String(Substring(text))) }
    }
    return flags
  }

  /// The options with their values: `--width=8` is `width=8`, `-T 8` is `T=8`.
  package static func options(in arguments: [String]) -> [String] {
    var options: [String] = []
    var next = 0
    while next < arguments.count {
      let argument = arguments[next]
      next += 1
      guard let (text, _) = withoutDashes(argument), let first = text.first, isAlphanumeric(first) else { continue }
      if text.contains(equals) {
        options.append(String(Substring(text)))
      } else if next < arguments.count, arguments[next].utf8.first != dash {
        options.append("\(Substring(text))=\(arguments[next])")
        next += 1
      }
    }
    return options
  }

  /// The argument behind its one or two dashes; nil if it begins with none or is nothing else.
  private static func withoutDashes(_ argument: String) -> (text: Substring.UTF8View, isDouble: Bool)? {
    let bytes = argument.utf8
    guard bytes.count > 1, bytes.first == dash else { return nil }
    let isDouble = bytes.dropFirst().first == dash
    return (bytes.dropFirst(isDouble ? 2 : 1), isDouble)
  }

  /// ASCII, a text each.
  private static let letters = (0..<128).map { String(UnicodeScalar(UInt8($0))) }
  private static let dash = UInt8(ascii: "-")
  private static let equals = UInt8(ascii: "=")

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26
  }
}
