import ArgumentParser
import Glibc
import MartletAgent
import MartletModel

struct Session: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run a command in the session of a person, whom its events and those of its descendants name.",
    discussion: """
      For whatever opens a shell on behalf of somebody, above all a wrapper around 'kubectl exec'. Tells the agent that \
      watches this process, and becomes the command. Where no agent watches, the command runs all the same. A process \
      that is in a session already stays in that one.

      The agent keeps 1024 bytes of a session: if it has more, the extra information is left out, and then the groups.

      EXAMPLES
        martlet session --user jane@example.com --group dev --group oncall -- sh
        martlet session --data '{"username":"jane@example.com","groups":["dev"]}' -- sh
        martlet session --user jane --extra scopes=read --extra scopes=write -- sh

      EXIT STATUS
        the command's, since nothing else is left of it
        126 if the command could not be run, 127 if it was not found
        2 if the session is not described as it must be
      """)

  @Option(help: ArgumentHelp("How the session was opened: k8s.", valueName: "type"))
  var type = Kind.k8s

  @Option(help: ArgumentHelp("Who opened it.", valueName: "name"))
  var user: String?

  @Option(help: ArgumentHelp("Id of that user.", valueName: "id"))
  var uid: String?

  @Option(name: .customLong("group"), help: ArgumentHelp("A group of that user; may be repeated.", valueName: "name"))
  var groups: [String] = []

  @Option(
    help: ArgumentHelp(
      "Something else that is known of that user; may be repeated, with the same name too.", valueName: "name=value"),
    transform: Extra.init)
  var extra: [Extra] = []

  @Option(help: ArgumentHelp("All of it, as the JSON of a UserInfo of Kubernetes.", valueName: "json"))
  var data: String?

  @Argument(
    parsing: .postTerminator, help: ArgumentHelp("The command and its arguments, after --.", valueName: "command"))
  var command: [String] = []

  enum Kind: String, ExpressibleByArgument {
    case k8s
  }

  struct Extra {
    let name: String
    let value: String

    init(_ text: String) throws {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty else { throw ValidationError("'\(text)' is not NAME=VALUE") }
      (name, value) = (String(parts[0]), String(parts[1]))
    }
  }

  func validate() throws {
    guard !command.isEmpty else { throw ValidationError("name a command to run, after --") }
    let isDescribed = user != nil || uid != nil || !groups.isEmpty || !extra.isEmpty
    guard (data == nil) == isDescribed else {
      throw ValidationError("say who opened the session: with --user and what belongs to it, or with --data")
    }
    guard user != "" else { throw ValidationError("the user has no name") }
  }

  func run() throws {
    guard let request = UserSessionRequest(try described()) else {
      complain("the session is too long to be told, even without its groups")
      throw ExitCode(ExitStatus.unusable)
    }
    if !request.register() { complain("no agent watches this process: '\(command[0])' runs without a session") }
    let error = UserSessionRequest.become(command)
    complain(unsafe "cannot run '\(command[0])': \(String(cString: strerror(error)))")
    throw ExitCode(error == ENOENT ? 127 : 126)
  }

  private func described() throws -> KubernetesUser {
    if let data {
      guard let user = UserSessionRequest.user(userInfo: data) else {
        complain("what --data holds is no JSON object")
        throw ExitCode(ExitStatus.unusable)
      }
      guard !user.name.isEmpty else {
        complain("what --data holds has no 'username'")
        throw ExitCode(ExitStatus.unusable)
      }
      return user
    }
    var described = KubernetesUser()
    described.name = user ?? ""
    described.uid = uid ?? ""
    described.groups = groups
    for extra in extra {
      if let index = described.extra.firstIndex(where: { $0.name == extra.name }) {
        described.extra[index].values.append(extra.value)
      } else {
        described.extra.append(KubernetesUser.Extra(name: extra.name, values: [extra.value]))
      }
    }
    return described
  }
}
