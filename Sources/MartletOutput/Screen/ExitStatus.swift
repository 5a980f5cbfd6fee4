import MartletModel

/// What a wait(2) status word says.
enum ExitStatus: CustomStringConvertible {
  case code(UInt32)
  case signal(UInt32, dumped: Bool)

  init(_ exit: Activity.Exit) {
    let signal = exit.status & 0x7f
    self =
      signal == 0
      ? .code(exit.status >> 8 & 0xff) : .signal(signal, dumped: exit.dumped || exit.status & 0x80 != 0)
  }

  var isFailure: Bool {
    if case .code(0) = self { false } else { true }
  }

  /// `code 0`, `SIGSEGV, core dumped`.
  var description: String {
    switch self {
    case .code(let code): "code \(code)"
    case .signal(let number, let dumped): signalName(number) + (dumped ? ", core dumped" : "")
    }
  }
}

/// `SIGTERM`, or `signal 34` for one without a name.
func signalName(_ number: UInt32) -> String {
  let name = Int32(exactly: number).map(Signals.name) ?? ""
  return name.isEmpty ? "signal \(number)" : name
}
