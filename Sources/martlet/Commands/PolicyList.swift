import ArgumentParser
import Glibc
import MartletRules
import MartletSchema

struct PolicyList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the policies of the running agent.",
    discussion: """
      EXIT STATUS
        0 if all policies and rules are in use
        1 if one is not, or the last change was refused
        2 if no agent can be talked to
      """)

  @OptionGroup var socket: SocketOptions
  @Flag(help: "List each rule, too, with how often it was asked and matched.")
  var rules = false
  @Flag(help: "Only rules that never matched.")
  var dead = false
  @Flag(help: "One JSON object, for programs.")
  var json = false

  func run() throws {
    try talking {
      var client = try ControlClient(socket)
      let answer = try client.ask("rules")
      if json { print(jsonLine(answer)) } else { write(text(of: answer), to: STDOUT_FILENO) }
      let refusal = answer.text("refusal")
      if !refusal.isEmpty { complain("the last change of policies was refused: \(printable(refusal))") }
      guard refusal.isEmpty, answer.objects("policies").allSatisfy(isUsed) else { throw ExitCode(ExitStatus.failure) }
    }
  }

  private func isUsed(_ policy: JSONObject) -> Bool {
    ([policy] + policy.objects("rules")).allSatisfy { !isWrong($0) }
  }

  /// Whether a policy or a rule cannot be used as it is, which is not so of what is not meant for this host.
  private func isWrong(_ part: JSONObject) -> Bool {
    !["loaded", "filtered", "partially_filtered", "fully_filtered"].contains(part.text("status"))
  }

  private func text(of answer: JSONObject) -> String {
    let policies = answer.objects("policies")
    var rows: [[String]] = []
    for policy in policies {
      let entries = policy.objects("rules")
      if rules || dead {
        for entry in entries where !dead || (entry.text("status") == "loaded" && entry.number("matches") == 0) {
          rows.append([
            printable(entry.text("id")), printable(policy.text("name")), entry.text("status"),
            "\(entry.number("asked"))", "\(entry.number("matches"))",
            ToldTime(entry["last"]).map { "\($0.ago) ago" } ?? "-",
          ])
        }
      } else {
        let loaded = entries.filter { $0.text("status") == "loaded" }
        rows.append([
          printable(policy.text("name")), printable(policy.text("version")), policy.text("source"),
          policy.text("status"), "\(loaded.count)", "\(entries.count(where: isWrong))",
          "\(loaded.reduce(0) { $0 + $1.number("matches") })",
        ])
      }
    }
    let head =
      rules || dead
      ? ["rule", "policy", "status", "asked", "matches", "last"]
      : ["policy", "version", "source", "status", "rules", "errors", "matches"]
    var lines = table([head] + rows)
    for policy in policies {
      for part in [policy] + policy.objects("rules") where isWrong(part) && !part.text("message").isEmpty {
        let name = part.text("name") + part.text("id")
        lines.append("\(printable(name)): \(printable(part.text("message")))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

struct PolicyReload: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Have the running agent load its policies anew.",
    discussion: """
      Waits until it has. A file that cannot be used leaves all policies as they were.

      EXIT STATUS
        0 if the policies are loaded
        1 if they are refused, and those before stay
        2 if no agent can be talked to
      """)

  @OptionGroup var socket: SocketOptions

  func run() throws {
    try talking {
      var client = try ControlClient(socket)
      let result = try client.ask("reload")
      let errors = result.number("errors")
      print(
        "\(result.number("rules")) rules are asked"
          + (errors == 0 ? "" : "; \(errors) errors, see 'martlet policy list'"))
    }
  }
}
