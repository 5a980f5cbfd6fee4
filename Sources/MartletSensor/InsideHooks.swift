internal import CLibbpf
internal import CLinux
import Glibc
import MartletModel

/// Probes at functions inside of calls: they note what the exit of a call cannot see any more. Where one is missing, the
/// exit does without.
@safe final class InsideHooks: ProbeCopy {
  /// Those that this kernel has.
  private var offered: Set<InsideHook>
  private var links: [InsideHook: Link] = [:]

  private init(object: OpaquePointer, offered: Set<InsideHook>) {
    self.offered = offered
    unsafe super.init(object: object)
  }

  /// Loads those that tell more of `events`; none is in use yet. `nil` where nothing is to be loaded.
  static func load(
    _ image: ProbeImage, _ events: Set<EventType>, beside universal: borrowing Probes
  ) throws(SensorError) -> InsideHooks? {
    let offered = find(events, in: image.kernel)
    guard !offered.isEmpty else { return nil }
    let hooks = unsafe InsideHooks(object: try image.opened(), offered: offered)
    try hooks.share(universal)
    let targets = Dictionary(uniqueKeysWithValues: offered.map { ($0.program, $0) })
    try hooks.load { program in
      targets[program].map { ($0.isEntry ? BPF_TRACE_FENTRY : BPF_TRACE_FEXIT, $0.rawValue) }
    }
    return hooks
  }

  deinit {
    let held = links.values.filter(\.isHeld).map(\.descriptor)
    unsafe clinux_close_aside(held, held.count)
  }

  /// The functions that are there, and are given what we look for in its place.
  private static func find(_ events: Set<EventType>, in kernel: KernelTypes) -> Set<InsideHook> {
    Set(
      InsideHook.allCases.filter { hook in
        let (index, structure) = hook.argument
        return unsafe events.contains(hook.event) && clibbpf_takes(kernel.types, hook.rawValue, index, structure)
      })
  }

  /// Attaches those that tell more of `events`. One that cannot be is left out from then on.
  func attach(_ events: Set<EventType>) {
    for hook in hooks(of: events) where links[hook] == nil {
      links[hook] = attach(hook)
      if links[hook] == nil { offered.remove(hook) }
    }
  }

  private func attach(_ hook: InsideHook) -> Link? {
    Link(attaching: unsafe bpf_program__fd(bpf_object__find_program_by_name(object, hook.program)))
  }

  /// Attaches those anew whose links were lost. Says of each where it was, and whether that worked.
  func attachLost() -> [(place: String, isAttached: Bool)] {
    let lost = links.filter { !$0.value.isHeld }.keys
    return lost.map { hook in
      links[hook] = attach(hook)
      if links[hook] == nil { offered.remove(hook) }
      return (hook.rawValue, links[hook] != nil)
    }
  }

  /// Those that tell more of `events`, attached or not yet.
  func hooks(of events: Set<EventType>) -> [InsideHook] {
    InsideHook.allCases.filter { offered.contains($0) && events.contains($0.event) }
  }

  /// The events whose files they tell now, all of them.
  var told: Set<EventType> { Set(links.keys.filter(\.tellsFiles).map(\.event)) }
}
