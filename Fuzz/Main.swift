import FuzzReaders
import Glibc

/// Feeds one of the readers of foreign bytes with what libFuzzer makes up: `martlet-fuzz TARGET [LIBFUZZER-ARGUMENT…]`.
///
/// A target returns for every input. A trap, a sanitizer's report, a leak or an input that takes a minute is a bug.
@main
enum Main {
  static func main() {
    guard target != nil else {
      print("usage: martlet-fuzz TARGET [LIBFUZZER-ARGUMENT...]")
      print("targets: \(readers.keys.sorted().joined(separator: " "))")
      exit(64)
    }
    // libFuzzer wants the arguments as main(2) got them, without the target's name.
    var count = CommandLine.argc - 1
    var arguments = unsafe CommandLine.unsafeArgv + 1
    unsafe arguments[0] = CommandLine.unsafeArgv[0]
    exit(
      unsafe runFuzzer(&count, &arguments) { start, count in
        unsafe target?(UnsafeRawBufferPointer(start: start, count: count).bytes)
        return 0
      })
  }
}

/// The one that the command line names.
private let target = readers[CommandLine.arguments.dropFirst().first ?? ""]

/// libFuzzer's `main` (FuzzerInterface.h): calls back with one input after the other.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
