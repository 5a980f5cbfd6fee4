import MartletModel
import SECL

extension Setting.Kind {
  /// The value that `texts` say: the elements of a list, or else one text.
  func value(of texts: [String]) throws(SettingMistake) -> SettingValue {
    let text = texts.first ?? ""
    switch self {
    case .list: return .list(texts)
    case .events:
      let names = EventType.allCases.filter(\.isEvent).map(\.name)
      for text in texts where !names.contains(text) {
        throw SettingMistake("names '\(text)', which is no type of event\(suggestion(for: text, in: names))")
      }
      return .list(texts)
    case .text: return .text(text)
    case .truth:
      switch text {
      case "true", "yes", "on", "1": return .truth(true)
      case "false", "no", "off", "0": return .truth(false)
      default: throw SettingMistake("must be true or false, and not '\(text)'")
      }
    case .number(let range):
      guard let number = Int(text), range.contains(number) else {
        throw SettingMistake("must be a number from \(range.lowerBound) to \(range.upperBound), and not '\(text)'")
      }
      return .number(number)
    case .size(let range, let isPower):
      let units = SettingValue.sizeUnits.map { ($0.unit, 1 << $0.shift) } + Self.decimalUnits
      let unit = units.first { text.hasSuffix($0.0) }
      guard let number = Int(text.dropLast(unit?.0.utf8.count ?? 0)), number >= 0,
        case (let bytes, let overflow) = number.multipliedReportingOverflow(by: unit?.1 ?? 1), !overflow
      else { throw SettingMistake("must be a size such as 16MiB, and not '\(text)'") }
      guard range.contains(bytes) else {
        throw SettingMistake(
          "must be from \(SettingValue.size(range.lowerBound)) to \(SettingValue.size(range.upperBound)), and not "
            + "'\(text)'")
      }
      guard !isPower || bytes.nonzeroBitCount == 1 else {
        throw SettingMistake("must be a power of two such as 16MiB, and not '\(text)'")
      }
      return .size(bytes)
    case .duration:
      let digits = text.prefix { $0.isASCII && $0.isNumber }
      let unit = SettingValue.durationUnits.first { $0.unit == text.dropFirst(digits.count) }
      guard let unit, let number = Int64(digits),
        case (let milliseconds, let overflow) = number.multipliedReportingOverflow(by: unit.scale), !overflow,
        milliseconds <= 1 << 50
      else { throw SettingMistake("must be a duration such as 500ms, 10s, 5m, 12h or 7d, and not '\(text)'") }
      return .duration(.milliseconds(milliseconds))
    case .choice(let words):
      guard words.contains(text) else {
        throw SettingMistake(
          "must be one of \(words.joined(separator: ", ")), and not '\(text)'\(suggestion(for: text, in: words))")
      }
      return .text(text)
    }
  }

  private static let decimalUnits = [("kB", 1000), ("KB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("B", 1)]

  /// Whether it takes lists.
  var isList: Bool {
    switch self {
    case .list, .events: true
    case .text, .truth, .number, .size, .duration, .choice: false
    }
  }
}

/// Why a value cannot be that of a setting.
struct SettingMistake: Error {
  let message: String
  init(_ message: String) { self.message = message }
}

extension Setting.Kind: CustomStringConvertible {
  /// What it takes, in a few words.
  package var description: String {
    switch self {
    case .text: "text"
    case .list: "list of texts"
    case .events: "list of types of events"
    case .truth: "true or false"
    case .number(let range): "\(range.lowerBound) to \(range.upperBound)"
    case .size(let range, _):
      "size, \(SettingValue.size(range.lowerBound)) to \(SettingValue.size(range.upperBound))"
    case .duration: "duration"
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: ", ")
    }
  }
}
