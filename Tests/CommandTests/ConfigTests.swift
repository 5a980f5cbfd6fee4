import Support
import Testing

struct ConfigTests {
  @Test func `a configuration that is wrong is told, and not run`() throws {
    let place = try Workplace()
    let file = try place.file("m.yaml", "file:\n  kepp: 1\nring: 1\n")
    let mistakes = [
      "\(file):2:3: there is no setting 'file.kepp'; did you mean 'file.keep'?",
      "\(file):3:7: 'ring' must be a mapping of keys",
    ]
    let check = try Outcome(martlet: ["config", "check", file])
    #expect(check.status == 1)
    #expect(check.text.split(separator: "\n").map(String.init) == mistakes)
    let run = try Outcome(martlet: ["run", "--config", file])
    #expect(run.status == (Kernel.lack == nil ? 2 : 77))
    if Kernel.lack == nil {
      #expect(run.errors.split(separator: "\n").map(String.init) == mistakes.map { "martlet: " + $0 })
    }
  }

  @Test(arguments: [
    ("scope: {cgroup: /nowhere}", "1:17: 'scope.cgroup': "),
    ("policies: {paths: [/nowhere]}", "1:19: 'policies.paths': "),
    ("control: {group: nobody-is-in-it}", "1:18: 'control.group': there is no group 'nobody-is-in-it'"),
    (
      "control: {path: /run/\(String(repeating: "x", count: 120))}",
      "1:17: 'control.path': the path of a socket has at most 107 bytes"
    ),
  ])
  func `what this host has not is told`(text: String, message: String) throws {
    let place = try Workplace()
    let check = try Outcome(martlet: ["config", "check", try place.file("m.yaml", text)])
    #expect(check.status == 1)
    #expect(check.text.hasPrefix("\(place["m.yaml"]):\(message)"), "\(check.text)")
  }

  @Test func `sizes are written as those of the shipper are`() throws {
    let place = try Workplace()
    let file = try place.file("m.yaml", "file: {max_size: 10MB}\noutbox: {queue: 100kB}\nring: {size: 4MiB}\n")
    #expect(try Outcome(martlet: ["config", "check", file]).text == "")
    let shown = try JSON(try Outcome(martlet: ["config", "show", "--json", "--config", file]).output)
    #expect(shown["file.max_size"]["value"].string == "10000000")
  }

  @Test func `show tells where each value comes from`() throws {
    let place = try Workplace()
    let file = try place.file("m.yaml", "file:\n  keep: 5\n")
    let outcome = try Outcome(
      martlet: ["config", "show", "--json", "--events-file", "/x"],
      environment: Program.environment + ["MARTLET_CONFIG=\(file)", "MARTLET_RING_SIZE=1MiB"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let shown = try JSON(outcome.output)
    expect(shown["file.keep"], ["value": "5", "from": Pattern("\(file):2:9")])
    expect(shown["ring.size"], ["value": "1MiB", "from": "environment, MARTLET_RING_SIZE"])
    expect(shown["file.path"], ["value": "/x", "from": "command line, --events-file"])
    expect(shown["file.sync"], ["value": "rotation", "from": "default"])
  }

  @Test func `a file that is named must be there`() throws {
    #expect(try Outcome(martlet: ["config", "check", "/nowhere.yaml"]).status == 2)
    #expect(try Outcome(martlet: ["config", "show", "--config", "/etc"]).status == 2)
  }

  @Test func `options of run are those that the table of settings names`() throws {
    let help = try Outcome(martlet: ["run", "--help"]).text
    let reference = try Outcome(martlet: ["config", "reference"]).text
    let named = reference.split(separator: "`").filter { $0.hasPrefix("--") && !$0.contains(" ") }
    #expect(named.count > 4)
    for option in named { #expect(help.contains(option), "\(option)") }
  }
}
