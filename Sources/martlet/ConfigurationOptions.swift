import ArgumentParser
import Glibc
import MartletAgent

/// What the agent is to do: a file, and options that go before it.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration file. Default: /etc/martlet/martlet.yaml, if it is there.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Watch the cgroup whose directory is PATH and all below it, instead of all of the host.", valueName: "path"))
  var cgroup: String?

  @Option(
    help: ArgumentHelp(
      "A policy, or a directory of them, beside Martlet's own rule pack; repeatable.", valueName: "path"))
  var policy: [String] = []

  @Flag(inversion: .prefixedNo, help: "Ask Martlet's own rule pack.")
  var ownRules: Bool?

  @Option(
    help: ArgumentHelp("Types of events to write though no rule matches, separated by commas.", valueName: "a,b"))
  var events: String?

  @Option(
    help: ArgumentHelp("Where system calls are hooked: auto, universal or functions.", valueName: "set"))
  var hooks: String?

  @Option(help: ArgumentHelp("The file of events; an empty name for none.", valueName: "file"))
  var eventsFile: String?

  @Option(
    help: ArgumentHelp("Write events to standard output, too: compact, pretty or json.", valueName: "format"))
  var stdout: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Set anything that a configuration file can, such as ring.size=64MiB; repeatable.",
      valueName: "name=value"))
  var settings: [String] = []

  func validate() throws {
    for setting in settings where !setting.contains("=") {
      throw ValidationError("--set takes NAME=VALUE, such as ring.size=64MiB")
    }
  }

  /// What file, environment and options come to.
  ///
  /// - Throws: the exit status, having told why the file cannot be read.
  func configuration() throws -> Configuration {
    do {
      let file = try ConfigurationFile.find(config ?? variable("MARTLET_CONFIG"))
      return Configuration(file: file, environment: variable, options: options)
    } catch {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
  }

  private func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

  private var options: Configuration.Options {
    var options: Configuration.Options = []
    func add(_ option: String, _ setting: String, _ value: String?) {
      if let value { options.append((option, setting, [value])) }
    }
    add("--cgroup", "scope.cgroup", cgroup)
    if !policy.isEmpty { options.append(("--policy", "policies.paths", policy)) }
    if let ownRules { add(ownRules ? "--own-rules" : "--no-own-rules", "policies.own", "\(ownRules)") }
    if let events { options.append(("--events", "events", events.split(separator: ",").map(String.init))) }
    add("--hooks", "hooks", hooks)
    add("--events-file", "file.path", eventsFile)
    add("--stdout", "stdout.format", stdout)
    for setting in settings {
      let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      add(Configuration.generalOption, String(parts[0]), String(parts[1]))
    }
    return options
  }
}
