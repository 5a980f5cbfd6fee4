import Foundation
package import Glibc
import Synchronization

/// `POSIX_SPAWN_SETSID`, an extension of the C library.
private let setSession: Int32 = 0x80

/// A program that a test started.
package final class Program {
  package let pid: pid_t
  /// What it has written to standard output and error, in files.
  private let workplace: Workplace
  private var status: Int32?

  /// What is built, beside the test bundle.
  package static let products: String = {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/"
    return URL(filePath: bundle).deletingLastPathComponent().path()
  }()
  package static let martlet = products + "martlet"
  package static let actor = products + "actor"

  /// Held while a program is started, which ends when it has become that program.
  static let starting = Mutex(())

  /// The environment of everything that tests start.
  package static let environment = ["PATH=/usr/bin:/bin", "HOME=/root"]

  /// How many times longer all may take than on a quick machine that has nothing else to do, and how rarely is looked whether
  /// it is done: an emulated guest is slower still, and should not spend its time looking at the clock.
  private static let patience: Double = Stage.isWanted ? 10 : 5

  /// When what has not happened by then never will.
  static func deadline(seconds: Double = 60) -> Date { Date(timeIntervalSinceNow: seconds * patience) }

  /// Starts a program in a session of its own, so that no terminal of the tester's controls it.
  ///
  /// - Parameter terminal: the terminal that controls the session and is its standard input, output and error.
  /// - Parameter output: where standard output goes.
  package init(
    _ command: [String], environment: [String] = Program.environment, terminal: String? = nil, output: String? = nil
  ) throws {
    workplace = try Workplace()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe _ = posix_spawn_file_actions_destroy(&actions) }
    if let terminal {
      for descriptor in Int32(0)...2 {
        unsafe _ = posix_spawn_file_actions_addopen(&actions, descriptor, terminal, O_RDWR, 0)
      }
    } else {
      let flags = O_WRONLY | O_CREAT | O_APPEND
      unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      unsafe posix_spawn_file_actions_addopen(&actions, 1, output ?? workplace["out"], flags, 0o666)
      unsafe posix_spawn_file_actions_addopen(&actions, 2, workplace["err"], flags, 0o666)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe _ = posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setflags(&attributes, Int16(setSession | Int32(POSIX_SPAWN_SETSIGMASK)))
    var argv = unsafe command.map { unsafe strdup($0) } + [nil]
    var envp = unsafe environment.map { unsafe strdup($0) } + [nil]
    defer {
      for index in unsafe argv.indices { unsafe free(argv[index]) }
      for index in unsafe envp.indices { unsafe free(envp[index]) }
    }
    var pid: pid_t = 0
    let error = Self.starting.withLock { _ in
      unsafe posix_spawn(&pid, command[0], &actions, &attributes, &argv, &envp)
    }
    guard error == 0 else { throw Failure("cannot start \(command[0]): errno \(error)") }
    self.pid = pid
  }

  deinit {
    if status == nil {
      kill(pid, SIGKILL)
      _ = try? wait()
    }
  }

  /// Waits for its end, and kills it when that takes too long. Returns its status, 128 + n after signal n.
  @discardableResult
  package func wait(seconds: Double = 60) throws -> Int32 {
    let end = Self.deadline(seconds: seconds)
    while try !hasEnded() {
      if Date() > end {
        kill(pid, SIGKILL)
        try take(options: 0)
        throw Failure("it did not end within \(seconds) seconds; so far it said: \(errors)")
      }
      usleep(useconds_t(1000 * Self.patience))
    }
    return status ?? 0
  }

  /// Whether it has ended.
  package func hasEnded() throws -> Bool {
    if status == nil { try take(options: WNOHANG) }
    return status != nil
  }

  private func take(options: Int32) throws {
    var word: Int32 = 0
    guard try check("waitpid", unsafe waitpid(pid, &word, options)) == pid else { return }
    let signal = word & 0x7f
    status = signal == 0 ? word >> 8 & 0xff : 128 + signal
  }

  /// What it has written to standard output so far.
  package var output: [UInt8] { [UInt8](FileManager.default.contents(atPath: workplace["out"]) ?? Data()) }
  /// What it has written to standard error so far.
  package var errors: String {
    String(decoding: FileManager.default.contents(atPath: workplace["err"]) ?? Data(), as: UTF8.self)
  }

  /// Waits until it has written a text to standard error so many times.
  package func says(_ text: String, times: Int = 1) throws {
    do { try Self.wait { errors.ranges(of: text).count >= times } } catch {
      throw Failure("'\(text)' was not said \(times) times; so far it said: \(errors)")
    }
  }

  /// Waits until `condition` holds. The time is there for what never comes: no test is about how long it takes.
  package static func wait(seconds: Double = 60, until condition: () throws -> Bool) throws {
    let end = deadline(seconds: seconds)
    while try !condition() {
      if Date() > end { throw Failure("what was waited for did not happen") }
      usleep(useconds_t(1000 * patience))
    }
  }
}

/// How a program ended, and what it said.
package struct Outcome {
  package let pid: pid_t
  package let status: Int32
  package let output: [UInt8]
  package let errors: String

  /// Runs a program to its end.
  package init(of command: [String], environment: [String] = Program.environment, seconds: Double = 60) throws {
    let program = try Program(command, environment: environment)
    status = try program.wait(seconds: seconds)
    pid = program.pid
    output = program.output
    errors = program.errors
  }

  /// Runs `martlet` to its end.
  package init(martlet arguments: [String], environment: [String] = Program.environment) throws {
    try self.init(of: [Program.martlet] + arguments, environment: environment)
  }

  package var text: String { String(decoding: output, as: UTF8.self) }
}
