/// The signals of `signal(7)`, without the real-time ones, which have no name of their own.
package enum Signals {
  package static let table = ConstantTable(
    [
      "SIGHUP": 1,
      "SIGINT": 2,
      "SIGQUIT": 3,
      "SIGILL": 4,
      "SIGTRAP": 5,
      "SIGABRT": 6,
      "SIGBUS": 7,
      "SIGFPE": 8,
      "SIGKILL": 9,
      "SIGUSR1": 10,
      "SIGSEGV": 11,
      "SIGUSR2": 12,
      "SIGPIPE": 13,
      "SIGALRM": 14,
      "SIGTERM": 15,
      "SIGSTKFLT": 16,
      "SIGCHLD": 17,
      "SIGCONT": 18,
      "SIGSTOP": 19,
      "SIGTSTP": 20,
      "SIGTTIN": 21,
      "SIGTTOU": 22,
      "SIGURG": 23,
      "SIGXCPU": 24,
      "SIGXFSZ": 25,
      "SIGVTALRM": 26,
      "SIGPROF": 27,
      "SIGWINCH": 28,
      "SIGIO": 29,
      "SIGPWR": 30,
      "SIGSYS": 31,
    ],
    aliases: ["SIGIOT": 6, "SIGPOLL": 29])

  /// The name of a signal, or nothing for one without a name: 0 (which only asks whether the process is there),
  /// the real-time signals, and numbers that are no signal.
  package static func name(_ number: Int32) -> String {
    UInt64(exactly: number).flatMap(table.name(of:)) ?? ""
  }
}
