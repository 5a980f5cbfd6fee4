import ArgumentParser
import Glibc
import MartletAgent

/// `martlet ship`: becomes the shipper, which is a program of its own.
struct Ship: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Deliver the events in the outbox.",
    discussion: """
      Becomes 'martlet-ship', which stands beside this program or in ../libexec/martlet, and is given all that follows: \
      'martlet ship --help' is its help. It is a program of its own so that this one, which watches with privilege, links \
      nothing that speaks to a network.

      EXIT STATUS
        that of martlet-ship
        2 if it is not installed
      """)

  @Argument(
    parsing: .captureForPassthrough, help: ArgumentHelp("What martlet-ship is to do.", valueName: "argument"))
  var arguments: [String] = []

  func run() throws {
    let places = ShipperProgram.places(by: executablePath)
    for path in places where unsafe access(path, X_OK) == 0 {
      var argv = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
      unsafe execv(path, &argv)
      complain("cannot run '\(path)': \(unsafe String(cString: strerror(errno)))")
      throw ExitCode(ExitStatus.unusable)
    }
    complain("martlet-ship is not installed; it is looked for as \(places.joined(separator: " and "))")
    throw ExitCode(ExitStatus.unusable)
  }
}
