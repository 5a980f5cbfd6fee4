import ArgumentParser
import Glibc
import MartletAgent

/// `martlet install`: has systemd run the agent.
struct Install: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Have systemd run 'martlet run', now and from each boot on.",
    discussion: """
      Writes the unit /etc/systemd/system/martlet.service for this program where it is, a configuration file if there is \
      none, and the directory of policies; where the configuration has the agent write elsewhere than below /var/log/martlet, \
      /var/lib/martlet and /run/martlet, also a drop-in that lets it; then enables and starts the unit. Where martlet-ship stands beside this program or \
      in ../libexec/martlet, it gets its unit and its user, too, and starts once there is /etc/martlet/ship.yaml. With --root \
      all of it is written below another root, and systemd is not asked.

      EXAMPLES
        martlet install --systemd
        martlet install --systemd --root /mnt/image --executable /usr/bin/martlet

      EXIT STATUS
        0 if it is done
        1 if not
      """)

  @OptionGroup var target: InstallationTarget
  @Option(help: ArgumentHelp("The program as the unit starts it. Default: this one.", valueName: "path"))
  var executable: String?

  func run() throws {
    try target.perform { installation throws(InstallationError) in
      for path in try installation.install(executable: executable ?? executablePath) { print("wrote \(path)") }
    }
  }
}

/// `martlet uninstall`: takes back what `martlet install` did.
struct Uninstall: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Take back what 'martlet install' did.",
    discussion: """
      Stops and disables the units, and removes the files that 'martlet install' wrote. What somebody has changed since stays, \
      and so do events and the shipper's user; with --purge nothing does.

      EXIT STATUS
        0 if it is done
        1 if not
      """)

  @OptionGroup var target: InstallationTarget
  @Flag(help: "Remove configuration, policies, events and the shipper's user, too.")
  var purge = false

  func run() throws {
    try target.perform { installation throws(InstallationError) in
      for path in try installation.remove(purge: purge) { print("left \(path)") }
    }
  }
}

/// Where the agent is installed.
struct InstallationTarget: ParsableArguments {
  @Flag(help: "For systemd, which is the only one there is.")
  var systemd = false
  @Option(help: ArgumentHelp("Write below DIR, and leave systemd alone.", valueName: "dir"))
  var root = ""

  func validate() throws {
    guard systemd else { throw ValidationError("say --systemd: no other service manager is known") }
  }

  func perform(_ action: (Installation) throws(InstallationError) -> Void) throws {
    do { try action(Installation(root: root)) } catch {
      complain(error)
      throw ExitCode(ExitStatus.failure)
    }
  }
}
