import ArgumentParser
import Glibc
import MartletSchema

/// `martlet validate`: checks lines of events against the schema.
struct Validate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check events, one JSON object a line, against the schema.",
    discussion: """
      Prints a line for every violation: FILE:LINE: JSON-POINTER: what is wrong, what was expected. Memory does not \
      grow with the input; blank lines are skipped, and a line of more than 16 MiB is a violation.

      EXAMPLES
        martlet validate events.jsonl
        martlet trace --format json -- ls | martlet validate --summary

      EXIT STATUS
        0 if every event is valid, 1 if some are not, 2 if an input could not be read
      """)

  @Argument(help: ArgumentHelp("Files to check; - is standard input.", valueName: "file"))
  var files = ["-"]

  @Flag(help: "End with a line that counts events, invalid events and violations.")
  var summary = false

  func run() throws {
    var total = ValidationRun.Summary()
    var isReadable = true
    for file in files {
      var output = LineOutput()
      do {
        total += try validate(file, output: &output)
      } catch {
        isReadable = false
        complain(error)
      }
    }
    if summary {
      print("\(total.documents) events, \(total.invalid) invalid, \(total.violations) violations")
    }
    if !isReadable { throw ExitCode(ExitStatus.unusable) }
    if total.violations > 0 { throw ExitCode(ExitStatus.failure) }
  }

  private func validate(_ file: String, output: inout LineOutput) throws(InputError) -> ValidationRun.Summary {
    let name = file == "-" ? "standard input" : file
    let input = try Input(path: file)
    var progress = Progress(file: name, expectedBytes: input.size)
    var run = ValidationRun()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { unsafe buffer.deallocate() }
    while case let count = try unsafe input.read(into: buffer), count > 0 {
      let piece = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count]).bytes
      run.validate(piece) { line, violation in output.print("\(file):\(line): \(violation)") }
      output.flush()
      progress.update(bytes: run.summary.bytes)
    }
    run.finish { line, violation in output.print("\(file):\(line): \(violation)") }
    output.flush()
    progress.clear()
    return run.summary
  }
}
