import SECL
import Testing

@testable import MartletAgent

struct ConfigurationTests {
  private func configuration(
    _ text: String = "", environment: [String: String] = [:], options: Configuration.Options = []
  ) -> Configuration {
    Configuration(
      file: ConfigurationFile(path: "m.yaml", text: Array(text.utf8)), environment: { environment[$0] },
      options: options)
  }

  @Test func `the command line goes before the environment, that before the file, and that before the default`() {
    let file = "file:\n  keep: 1\n  path: /f\n  max_size: 1MiB\n"
    let all = configuration(
      file, environment: ["MARTLET_FILE_KEEP": "2", "MARTLET_FILE_PATH": "/e"],
      options: [("--set", "file.keep", ["3"])])
    #expect(all.mistakes.isEmpty)
    let shown = ["file.keep", "file.path", "file.max_size", "file.sync"].compactMap(Setting.named).map { setting in
      let (value, origin) = all.value(of: setting)
      return "\(value) \(origin)"
    }
    #expect(
      shown == ["3 command line, --set", "/e environment, MARTLET_FILE_PATH", "1MiB m.yaml:4:13", "rotation default"])
  }

  @Test(arguments: [
    ("fil: 1", "m.yaml:1:1: there is no setting 'fil'; did you mean 'file'?"),
    ("file:\n  keap: 1", "m.yaml:2:3: there is no setting 'file.keap'; did you mean 'file.keep'?"),
    ("file:\n  keep: many", "m.yaml:2:9: 'file.keep' must be a number from 0 to 10000, and not 'many'"),
    ("file:\n  keep: [1]", "m.yaml:2:9: 'file.keep' must be a single value"),
    ("file:\n  max_size: 100Mb", "m.yaml:2:13: 'file.max_size' must be a size such as 16MiB, and not '100Mb'"),
    ("file:\n  max_size: 1KiB", "m.yaml:2:13: 'file.max_size' must be from 1MiB to 1024GiB, and not '1KiB'"),
    ("ring:\n  size: 3MiB", "m.yaml:2:9: 'ring.size' must be a power of two such as 16MiB, and not '3MiB'"),
    (
      "file: {max_age: 5}",
      "m.yaml:1:17: 'file.max_age' must be a duration such as 500ms, 10s, 5m, 12h or 7d, and not '5'"
    ),
    (
      "file:\n  sync: secnd",
      "m.yaml:2:9: 'file.sync' must be one of never, rotation, second, and not 'secnd'; did you mean 'second'?"
    ),
    ("file:\n  compress: maybe", "m.yaml:2:13: 'file.compress' must be true or false, and not 'maybe'"),
    ("events: exec", "m.yaml:1:9: 'events' must be a list"),
    ("events: [exce]", "m.yaml:1:9: 'events' names 'exce', which is no type of event; did you mean 'exec'?"),
    ("policies:\n  paths: [{}]", "m.yaml:2:11: an element of 'policies.paths' must be a text"),
    ("events: [exec]\nevents: []", "m.yaml:2:1: 'events' is here a second time"),
    ("file: 7", "m.yaml:1:7: 'file' must be a mapping of keys"),
    ("- 1", "m.yaml:1:1: the file must be a mapping of keys"),
    ("file: [", "m.yaml:2:1: while parsing a flow node, did not find expected node content"),
  ])
  func `a mistake has its place, and says what would be right`(text: String, message: String) {
    #expect(configuration(text).mistakes.map(\.description) == [message])
  }

  @Test func `all mistakes are told in one pass, and the rest goes on`() {
    let found = configuration(
      "file:\n  keep: x\n  path: /f\nevnts: []\n", environment: ["MARTLET_RING_SIZE": "1"],
      options: [("--stdout", "stdout.format", ["jsn"]), ("--set", "file.compres", ["no"])])
    #expect(
      found.mistakes.map(\.description) == [
        "m.yaml:4:1: there is no setting 'evnts'; did you mean 'events'?",
        "m.yaml:2:9: 'file.keep' must be a number from 0 to 10000, and not 'x'",
        "environment, MARTLET_RING_SIZE: 'ring.size' must be from 1MiB to 1GiB, and not '1'",
        "command line, --stdout: 'stdout.format' must be one of none, compact, pretty, json, and not 'jsn'; did you mean "
          + "'json'?",
        "command line, --set: there is no setting 'file.compres'; did you mean 'file.compress'?",
      ])
    #expect(found.text("file.path") == "/f")
  }

  @Test(arguments: ["", "# nothing\n", "file:\n", "{}"])
  func `an empty file sets nothing`(text: String) {
    let empty = configuration(text)
    #expect(empty.mistakes.isEmpty)
    #expect(Setting.all.allSatisfy { empty.value(of: $0).value == $0.standard })
  }

  @Test func `each default reads back as itself`() throws {
    for setting in Setting.all {
      let text = setting.standard.description
      if setting.kind.isList {
        #expect(
          try setting.kind.value(of: text.dropFirst().dropLast().split(separator: ", ").map(String.init))
            == setting.standard)
      } else {
        #expect(try setting.kind.value(of: [text == "\"\"" ? "" : text]) == setting.standard)
      }
    }
  }

  @Test func `lists come apart at commas where there is no other way to write them`() {
    let options: Configuration.Options = [("--policy", "policies.paths", ["/a,b", "/c"])]
    #expect(configuration(environment: ["MARTLET_EVENTS": "exec,open"]).list("events") == ["exec", "open"])
    #expect(configuration(options: options).list("policies.paths") == ["/a,b", "/c"])
    #expect(configuration(options: [("--set", "events", ["exec,exit"])]).list("events") == ["exec", "exit"])
  }
}
