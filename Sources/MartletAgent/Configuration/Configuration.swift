package import SECL

/// What everything is set to, and by whom: the command line, else the environment, else the file, else nobody.
package struct Configuration: Sendable {
  /// Who set a value.
  package enum Origin: Hashable, Sendable, CustomStringConvertible {
    case standard
    case file(String, SourcePosition)
    case environment(String)
    case option(String)

    package var description: String {
      switch self {
      case .standard: "default"
      case .file(let path, let position): "\(path):\(position)"
      case .environment(let variable): "environment, \(variable)"
      case .option(let option): "command line, \(option)"
      }
    }
  }

  /// One value that is wrong, or a key that there is not.
  package struct Mistake: Hashable, Sendable, CustomStringConvertible {
    package let origin: Origin
    package let message: String

    package var description: String {
      switch origin {
      case .standard: message
      case .file, .environment, .option: "\(origin): \(message)"
      }
    }
  }

  /// What options of a command line set; several values where a setting takes a list.
  package typealias Options = [(option: String, setting: String, values: [String])]
  /// The option that sets any setting, `NAME=VALUE`. A list is written with commas, as in the environment.
  package static let generalOption = "--set"

  private var values: [String: (value: SettingValue, origin: Origin)]
  /// All that is wrong. What is wrong is not set.
  package private(set) var mistakes: [Mistake] = []

  /// Nothing but what nobody has to set.
  package init() {
    values = Dictionary(uniqueKeysWithValues: Setting.all.map { ($0.name, ($0.standard, .standard)) })
  }

  /// Takes in the file, `nil` where there is none, then the environment and the command line.
  package init(file: ConfigurationFile?, environment: (String) -> String?, options: Options) {
    self.init()
    if let file {
      mistakes += file.mistakes
      for entry in file.entries { set(entry.setting, entry.texts, .file(file.path, entry.position)) }
    }
    for setting in Setting.all {
      if let text = environment(setting.variable) { set(setting, text, .environment(setting.variable)) }
    }
    for (option, name, values) in options {
      guard let setting = Setting.named(name) else {
        let known = suggestion(for: name, in: Setting.names)
        mistakes.append(Mistake(origin: .option(option), message: "there is no setting '\(name)'\(known)"))
        continue
      }
      let origin = Origin.option(option)
      if option == Self.generalOption { set(setting, values.first ?? "", origin) } else { set(setting, values, origin) }
    }
  }

  private mutating func set(_ setting: Setting, _ text: String, _ origin: Origin) {
    set(setting, setting.kind.isList ? text.split(separator: ",").map(String.init) : [text], origin)
  }

  private mutating func set(_ setting: Setting, _ texts: [String], _ origin: Origin) {
    do throws(SettingMistake) {
      values[setting.name] = (try setting.kind.value(of: texts), origin)
    } catch { mistakes.append(Mistake(origin: origin, message: "'\(setting.name)' \(error.message)")) }
  }

  // MARK: Reading

  /// What a setting is, and who says so.
  package func value(of setting: Setting) -> (value: SettingValue, origin: Origin) {
    values[setting.name] ?? (setting.standard, .standard)
  }

  func text(_ name: String) -> String { if case .text(let text)? = values[name]?.value { text } else { "" } }
  func list(_ name: String) -> [String] { if case .list(let list)? = values[name]?.value { list } else { [] } }
  func truth(_ name: String) -> Bool { values[name]?.value == .truth(true) }
  func number(_ name: String) -> Int { if case .number(let number)? = values[name]?.value { number } else { 0 } }
  func size(_ name: String) -> Int { if case .size(let bytes)? = values[name]?.value { bytes } else { 0 } }
  func duration(_ name: String) -> Duration {
    if case .duration(let duration)? = values[name]?.value { duration } else { .zero }
  }
  func isStandard(_ name: String) -> Bool { values[name]?.origin == .standard }
}
