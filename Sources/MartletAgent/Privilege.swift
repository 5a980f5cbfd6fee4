import CLinux
import Glibc

/// What this process may do.
package enum Privilege {
  private static let needed: [(name: String, bit: UInt64)] = [("CAP_BPF", 39), ("CAP_PERFMON", 38)]
  private static let systemAdministration: UInt64 = 21

  /// What is needed once the probes are attached: to read what `/proc` shows of other users' processes, and the files of
  /// everybody. The maps of the probes are open by then.
  private static let lasting: [(name: String, bit: UInt64)] = [("CAP_DAC_READ_SEARCH", 2), ("CAP_SYS_PTRACE", 19)]

  /// What signals to other users' processes need.
  private static let killing: UInt64 = 5

  /// Gives up, for good, what this thread and those that it begins do not need once the probes are attached. Threads that are
  /// there already keep theirs: the kernel keeps privileges by thread.
  static func drop(keepingKill: Bool) throws(AgentError) {
    guard keep(keepingKill ? 1 << killing : 0) else { throw .system("give up privileges", errno: errno) }
  }

  /// The same for a thread that begins before. Where it is refused, so it is to the agent, which says so and ends.
  static func dropEarly() { _ = keep(0) }

  private static func keep(_ more: UInt64) -> Bool {
    clinux_keep_capabilities(lasting.reduce(more) { $0 | 1 << $1.bit }) == 0
  }

  /// What the kernel calls the pid namespace that it made first.
  private static let initialPIDNamespace = "pid:[4026531836]"

  private static var pidNamespace: String? {
    var name = [CChar](repeating: 0, count: 64)
    let length = unsafe readlink("/proc/self/ns/pid", &name, name.count)
    return length > 0 ? String(decoding: name.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }

  /// The sentence that says what is missing for tracing; `nil` when nothing is.
  package static func lack() -> String? {
    // Probes and files of /proc must mean the same by a number.
    if let namespace = Self.pidNamespace, namespace != initialPIDNamespace {
      return
        "tracing needs the host's pid namespace: in this one the kernel's numbers of processes name nobody, or others"
    }
    let held = clinux_effective_capabilities()
    if held & 1 << systemAdministration != 0 { return nil }
    let missing = needed.filter { held & 1 << $0.bit == 0 }.map(\.name)
    guard !missing.isEmpty else { return nil }
    return "tracing needs \(missing.joined(separator: " and ")); run it as root, or give the executable those"
      + " capabilities"
  }
}
