import ArgumentParser
import MartletAgent

/// What a workload is known to do.
struct ProfileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tell what the profile in FILE does not know: programs that are run, names that are looked up.",
      valueName: "file"))
  var profile: String?

  @Option(
    help: ArgumentHelp("Take what happens into the profile in FILE, which is made if need be.", valueName: "file"))
  var learn: String?

  func validate() throws {
    if profile != nil, learn != nil { throw ValidationError("--profile judges and --learn learns: name one of them") }
  }

  /// The profile, of `command` if it is new.
  func load(for command: String) throws -> WorkloadProfile? {
    guard let path = learn ?? profile else { return nil }
    return try WorkloadProfile(path: path, isLearning: learn != nil, command: command)
  }
}
