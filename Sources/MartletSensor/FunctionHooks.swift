internal import CLibbpf
internal import CLinux
import Glibc

/// Probes at the functions that single calls lead to, for kernels that take such programs: calls that nobody asks for then
/// cost nothing.
///
/// They are the programs that hook the tracepoints of all calls, loaded a second time: a function gets the caller's
/// registers and returns the result, which is what a tracepoint hands over.
@safe final class FunctionHooks: ProbeCopy {
  /// A program at the begin or the end of a function.
  private struct Probe {
    let call: Call
    let isEntry: Bool
    let function: String
    /// The program's descriptor, until it is attached: what attaches it keeps it.
    var program: Int32
    var link: Link?
    /// It could not be attached, or is so no more.
    var isRefused = false
  }

  private var probes: [Probe] = []
  /// Calls that this kernel does not have.
  private var absent: Set<Call> = []

  private static let entry = (dispatcher: Hook.systemCallEntry.rawValue, type: BPF_TRACE_FENTRY)
  private static let exit = (dispatcher: Hook.systemCall.rawValue, type: BPF_TRACE_FEXIT)

  /// Loads what `dispatch` wants, out of the image that `universal` was loaded from; none of it is in use yet. Calls whose
  /// function is not known are left out.
  ///
  /// There are as many as functions have types, which are two, though they all take and return the same: where one program
  /// jumps to another both have to be loaded for the same type.
  static func load(_ image: ProbeImage, _ dispatch: Dispatch, beside universal: borrowing Probes) throws(SensorError)
    -> [FunctionHooks]
  {
    let (groups, absent) = find(dispatch.calls(), in: image.kernel)
    guard !groups.isEmpty else { throw .system("find the functions of calls", errno: ENOENT) }
    var loaded: [FunctionHooks] = []
    for group in groups {
      loaded.append(try load(image, dispatch.limited(to: Set(group.keys)), group, beside: universal))
    }
    loaded[0].absent = absent
    return loaded
  }

  private static func load(
    _ image: ProbeImage, _ dispatch: Dispatch, _ functions: [Call: Function], beside universal: borrowing Probes
  ) throws(SensorError) -> FunctionHooks {
    let object = unsafe try image.opened()
    let hooks = unsafe FunctionHooks(object: object)
    try hooks.share(universal)
    for (_, function) in functions.prefix(1) { try hooks.load(dispatch, like: function.name) }
    for jump in dispatch.jumps { try unsafe jump.connect(in: object) }
    let calls = dispatch.calls()
    for (call, function) in functions {
      try hooks.copy(to: function, of: call, isEntry: false)
      if calls[call] == true { try hooks.copy(to: function, of: call, isEntry: true) }
    }
    return hooks
  }

  deinit {
    let links = probes.compactMap(\.link).filter(\.isHeld).map(\.descriptor).sorted()
    unsafe clinux_close_aside(links, links.count)
    for probe in probes where probe.program >= 0 { close(probe.program) }
  }

  // MARK: Loading

  private typealias Function = (name: String, id: Int32)

  /// The functions of calls, by their types, and the calls that this kernel does not have.
  private static func find(
    _ calls: [Call: Bool], in kernel: KernelTypes
  ) -> (groups: [[Call: Function]], absent: Set<Call>) {
    var absent: Set<Call> = []
    var found: [UInt32: [Call: Function]] = [:]
    for call in calls.keys {
      let functions = call.functions.lazy.map { name in
        (name: name, id: unsafe btf__find_by_name(kernel.types, name))
      }
      if let function = functions.first(where: { $0.id > 0 }) {
        guard let type = unsafe btf__type_by_id(kernel.types, UInt32(function.id)) else { continue }
        found[unsafe type.pointee.type, default: [:]][call] = function
      } else if call.isRecent, clinux_lacks_call(call.number) {
        absent.insert(call)
      }
    }
    return (Array(found.values), absent)
  }

  /// Loads the programs of calls, and no others, as those of functions that are like `function`.
  private func load(_ dispatch: Dispatch, like function: String) throws(SensorError) {
    var exits: Set = [Self.exit.dispatcher]
    var entries: Set = [Self.entry.dispatcher]
    for jump in dispatch.jumps {
      if jump.table == .exits { exits.insert(jump.program) }
      if jump.table == .entries { entries.insert(jump.program) }
    }
    try load { program in
      if exits.contains(program) { return (Self.exit.type, function) }
      return entries.contains(program) ? (Self.entry.type, function) : nil
    }
  }

  /// Loads a copy of a dispatcher, which is small, for a function.
  private func copy(to function: Function, of call: Call, isEntry: Bool) throws(SensorError) {
    let (dispatcher, type) = isEntry ? Self.entry : Self.exit
    let program = unsafe clibbpf_load_copy(
      bpf_object__find_program_by_name(object, dispatcher), dispatcher, type, function.id)
    guard program >= 0 else { throw .system("load a probe of \(function.name)", errno: -program) }
    probes.append(Probe(call: call, isEntry: isEntry, function: function.name, program: program))
  }

  // MARK: Attaching

  /// Attaches what `calls` want, and says which of them are seen by it: those that are not have to be seen elsewhere.
  func attach(_ calls: [Call: Bool]) -> Set<Call> {
    for index in probes.indices where probes[index].link == nil && !probes[index].isRefused {
      guard let wantsEntry = calls[probes[index].call], wantsEntry || !probes[index].isEntry else { continue }
      probes[index].link = Link(attaching: probes[index].program)
      probes[index].isRefused = probes[index].link == nil
      close(probes[index].program)
      probes[index].program = -1
    }
    return seen(of: calls)
  }

  /// Gives up the probes whose links were lost. Says of each at which function it was.
  func giveUpLost() -> [String] {
    let lost = probes.indices.filter { probes[$0].link?.isHeld == false }
    for index in lost {
      probes[index].link = nil
      probes[index].isRefused = true
    }
    return lost.map { probes[$0].function }
  }

  /// Of `calls` those that it sees, or will where it is not attached yet.
  func seen(of calls: [Call: Bool]) -> Set<Call> {
    var seen = absent.union(probes.map(\.call)).intersection(calls.keys)
    for probe in probes where probe.isRefused && (!probe.isEntry || calls[probe.call] == true) {
      seen.remove(probe.call)
    }
    return seen
  }

  /// How many functions it hooks for `calls`.
  func count(of calls: [Call: Bool]) -> Int { probes.count { !$0.isEntry && !$0.isRefused && calls[$0.call] != nil } }

  /// Whether programs at functions run now. The kernel attaches them also where it was told to call none of them.
  static var areCalled: Bool {
    // Where there is no such switch they always are.
    beginning(of: "/proc/sys/kernel/ftrace_enabled")?.first != UInt8(ascii: "0")
  }

  /// Whether the kernel may turn to another thread while a program at a function runs. If that one comes to the same
  /// program, the kernel leaves it out.
  static var mayBeLeftOut: Bool {
    guard let version = beginning(of: "/proc/version") else { return true }
    let words = String(decoding: version, as: UTF8.self).split(separator: " ")
    if words.contains(where: { ["PREEMPT", "PREEMPT_RT", "PREEMPT_LAZY"].contains($0) }) { return true }
    guard words.contains("PREEMPT_DYNAMIC") else { return false }
    // It is chosen at the boot; of the choices the one that holds is in parentheses.
    let choice = beginning(of: "/sys/kernel/debug/sched/preempt").map { String(decoding: $0, as: UTF8.self) } ?? ""
    return !choice.contains("(none)") && !choice.contains("(voluntary)")
  }

  private static func beginning(of path: String) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return count < 0 ? nil : Array(bytes.prefix(count))
  }
}
