import Glibc
import MartletRules
import MartletSchema

/// `martlet status --filters`: what the kernel leaves out of each type of event, and which rules make it let more through.
struct FilterReport {
  private let filters: JSONObject

  /// Has the agent count for so long.
  init(_ client: inout ControlClient, seconds: UInt16) throws(ControlFailure) {
    _ = try client.ask("filters")
    sleep(UInt32(seconds))
    filters = try client.ask("filters")
  }

  var json: String { jsonLine(filters) }

  /// For eyes.
  func text(_ inks: Inks) -> String {
    filters.objects("types").map { type in
      let counted = type.number("counted")
      var lines = [
        inks.bold(printable(type.text("type"))) + ": \(type.number("seen")) seen, "
          + "\(type.number("filtered_in_kernel")) left out; " + sense(of: type)
      ]
      let rules = type.objects("rules")
      let costly = rules.filter { $0.truth("takes_all") || $0.number("passed") > 0 }
      let rows = costly.map { rule in
        [
          (rule.truth("takes_all") ? "  ! " : "    ") + printable(rule.text("id")), "\(rule.number("passed"))",
          "\(rule.number("alone"))", needs(of: rule),
        ]
      }
      if !rows.isEmpty {
        let table = table([["    rule", "of \(counted)", "alone", "needs"]] + rows)
        lines += [inks.dim(table[0])] + table.dropFirst()
      }
      if rules.count > costly.count {
        lines.append("    \(rules.count - costly.count) rules let through none of \(counted)")
      }
      return lines.joined(separator: "\n") + "\n"
    }.joined(separator: "\n")
  }

  private func sense(of type: JSONObject) -> String {
    switch type.text("whole_for") {
    case "": "the rest is what rules need"
    case "kind": "the kernel leaves none out of this type"
    case "shown": "somebody is shown all of them"
    default: "all are let through, for the rules marked with !"
    }
  }

  private func needs(of rule: JSONObject) -> String {
    let needs = rule.texts("needs")
    guard let first = needs.first else { return "nothing: it never holds" }
    return printable(first) + (needs.count > 1 ? "; or \(needs.count - 1) more" : "")
  }
}
