import ArgumentParser
import Glibc

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
    for path in Self.places where unsafe access(path, X_OK) == 0 {
      var argv = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
      unsafe execv(path, &argv)
      complain("cannot run '\(path)': \(unsafe String(cString: strerror(errno)))")
      throw ExitCode(ExitStatus.unusable)
    }
    complain("martlet-ship is not installed; it is looked for as \(Self.places.joined(separator: " and "))")
    throw ExitCode(ExitStatus.unusable)
  }

  /// Where the shipper may be, by where this program is.
  private static var places: [String] {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = unsafe readlink("/proc/self/exe", &bytes, bytes.count)
    let program = String(decoding: bytes.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    let directory = program.lastIndex(of: "/").map { String(program[..<$0]) } ?? "."
    return [directory + "/martlet-ship", directory + "/../libexec/martlet/martlet-ship"]
  }
}
