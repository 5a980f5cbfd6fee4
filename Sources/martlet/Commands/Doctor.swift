import ArgumentParser
import Glibc
import MartletAgent
import MartletSchema

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tell what this kernel and this privilege allow, and what is lost without the rest.",
    discussion: """
      Tries each thing for real: every probe is loaded, attached and taken away again, with nothing in its scope.

      EXAMPLES
        sudo martlet doctor
        sudo martlet doctor --json

      EXIT STATUS
        0 if tracing works here, 1 if it does not
      """)

  @Option(
    help: ArgumentHelp(
      "Where system calls are to be hooked by what watches more than a command: auto, universal or functions.",
      valueName: "set"))
  var hooks = WatchHooks.auto

  @Flag(help: "One JSON object a line, for programs.")
  var json = false

  func run() throws {
    let diagnosis = Diagnosis.make(hooks: hooks)
    if json { printLines(diagnosis) } else { printTable(diagnosis) }
    if !diagnosis.canTrace { throw ExitCode(ExitStatus.failure) }
  }

  private func printTable(_ diagnosis: Diagnosis) {
    let isColored = isatty(STDOUT_FILENO) == 1 && !hasEnvironment("NO_COLOR")
    let width = diagnosis.checks.map(\.name.count).max() ?? 0
    for check in diagnosis.checks {
      let (sign, color) =
        switch check.result {
        case .fine: ("ok", "\u{1b}[32m")
        case .lacking: ("--", "\u{1b}[33m")
        case .failed: ("no", "\u{1b}[1;31m")
        }
      let name = check.name + String(repeating: " ", count: width - check.name.count)
      print("\(isColored ? color + sign + "\u{1b}[0m" : sign)  \(name)  \(check.finding)")
      if !check.cost.isEmpty { print("    " + String(repeating: " ", count: width) + "  costs: \(check.cost)") }
    }
    print(diagnosis.canTrace ? "\ntracing works here" : "\ntracing does not work here")
  }

  private func printLines(_ diagnosis: Diagnosis) {
    for check in diagnosis.checks {
      var object: JSONObject = ["check": .string(check.name), "result": .string(check.result.name)]
      object["finding"] = .string(check.finding)
      if !check.cost.isEmpty { object["cost"] = .string(check.cost) }
      var writer = JSONWriter()
      writer.value(object)
      print(writer.text)
    }
  }
}

extension Diagnosis.Check.Result {
  fileprivate var name: String {
    switch self {
    case .fine: "fine"
    case .lacking: "lacking"
    case .failed: "failed"
    }
  }
}
