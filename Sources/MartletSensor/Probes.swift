internal import CLibbpf
internal import CLinux
internal import CMartletABI
import Glibc
package import MartletModel
import MartletProbes
import Synchronization

/// The loaded and attached probes, and the maps through which the sensor talks with them.
@safe package struct Probes: ~Copyable {
  /// What to watch and with how much memory.
  package struct Options: Sendable {
    /// Event types that are wanted. Process lifetimes are followed in any case.
    package var events: Set<EventType>
    /// Whose activity is watched.
    package var scope: WatchScope
    /// Bytes of the ring buffer, a power of two of whole pages.
    package var ringSize: Int

    package init(
      events: Set<EventType> = EventType.standard, scope: WatchScope = .tree, ringSize: Int = 8 << 20
    ) {
      self.events = events
      self.scope = scope
      self.ringSize = ringSize
    }
  }

  let object: OpaquePointer
  fileprivate var links: [OpaquePointer]
  private let ringSize: Int
  /// Where the probes are attached, in the order of the links.
  package private(set) var hooks: [Hook] = []
  /// Processes that were exempt and may still be.
  private var exempted: Set<UInt32> = []
  /// Where they will be.
  private var wanted: Set<Hook> = []

  private init(object: OpaquePointer, ringSize: Int) {
    unsafe self.object = object
    unsafe links = []
    self.ringSize = ringSize
  }

  /// Loads the probes into the kernel; they are not attached yet.
  ///
  /// Only those of `hooks`, where a kernel is to be tried out.
  package static func load(
    _ options: Options = Options(), hooks: Set<Hook> = Set(Hook.allCases)
  ) throws(SensorError) -> Probes {
    unsafe clibbpf_set_log { _, line in
      guard let line = unsafe line else { return }
      libbpfLog.append(unsafe String(cString: line))
    }
    let features = try KernelFeatures()
    let bytes = (features.has(.cast) ? ProbeObject.martlet : ProbeObject.martletWithoutCasts).bytes
    guard let object = unsafe bytes.withUnsafeBytes({ unsafe clibbpf_open($0.baseAddress, $0.count, "martlet") }) else {
      throw .refused("open the probe object", errno: errno, log: libbpfLog.take())
    }
    var probes = unsafe Probes(object: object, ringSize: options.ringSize)
    let offered = hooks.filter { $0.feature.map(features.has) ?? true }
    let vain: Set<EventType> = KernelFeatures.hasSELinux ? [] : [.selinux]
    let dispatch = Dispatch(events: options.events.subtracting(vain), hooks: offered) { name in
      unsafe bpf_object__find_program_by_name(object, name) != nil
    }
    let attached = offered.filter { hook in
      hook.isRequired || dispatch.uses(hook) || !hook.events.isDisjoint(with: options.events)
    }
    try probes.configure(options, features, dispatch)
    probes.choose(Set(attached.map(\.rawValue)).union(dispatch.programs))
    guard unsafe bpf_object__load(object) == 0 else {
      throw .refused("load the probes", errno: errno, log: libbpfLog.take())
    }
    try probes.connect(dispatch)
    probes.freeze()
    probes.wanted = attached
    return probes
  }

  deinit {
    for index in unsafe links.indices { unsafe bpf_link__destroy(links[index]) }
    unsafe bpf_object__close(object)
  }

  private func configure(
    _ options: Options, _ features: KernelFeatures, _ dispatch: Dispatch
  ) throws(SensorError) {
    unsafe bpf_map__set_max_entries(map("ring"), UInt32(options.ringSize))
    unsafe bpf_map__set_max_entries(map("scratches"), UInt32(max(1, libbpf_num_possible_cpus())))
    var config = martlet_config()
    for type in options.events { config.events |= 1 << UInt64(type.rawValue) }
    config.has_task_from_vpid = features.has(.taskFromVirtualPID) ? 1 : 0
    config.has_task_from_pid = features.has(.taskFromPID) ? 1 : 0
    config.has_packet_pages = features.has(.packetPages) ? 1 : 0
    options.scope.fill(&config)
    dispatch.fill(&config)
    let set = unsafe withUnsafeBytes(of: &config) { config in
      unsafe bpf_map__set_initial_value(map(".rodata.config"), config.baseAddress, config.count)
    }
    guard set == 0 else { throw .system("configure the probes", errno: -set) }
  }

  /// Leaves out all programs but those of the given names.
  private func choose(_ names: Set<String>) {
    var program = unsafe bpf_object__next_program(object, nil)
    while let current = unsafe program {
      let name = unsafe String(cString: bpf_program__name(current))
      unsafe bpf_program__set_autoload(current, names.contains(name))
      unsafe program = bpf_object__next_program(object, current)
    }
  }

  /// Puts the programs that the dispatchers jump to into their arrays.
  private func connect(_ dispatch: Dispatch) throws(SensorError) {
    for jump in dispatch.jumps {
      var key = UInt32(jump.handler)
      var program = unsafe bpf_program__fd(bpf_object__find_program_by_name(object, jump.program))
      guard unsafe bpf_map_update_elem(descriptor(jump.table.map), &key, &program, UInt64(BPF_ANY)) == 0 else {
        throw .system("connect \(jump.program)", errno: errno)
      }
    }
  }

  /// Attaches them: what happens from now on waits in the ring.
  package mutating func attach() throws(SensorError) {
    for hook in Hook.allCases where wanted.contains(hook) {
      guard let link = unsafe attach(hook) else {
        throw .refused("attach \(hook.rawValue)", errno: errno, log: libbpfLog.take())
      }
      unsafe links.append(link)
      hooks.append(hook)
    }
  }

  /// Keeps all from being written to from outside but what the sensor itself writes to later; the probes still may.
  private func freeze() {
    let written: Set = [
      "scope", "exit_programs", "enter_programs", "ring_programs", "submit_programs", "ring", "exempt", ".data.state",
    ]
    var map = unsafe bpf_object__next_map(object, nil)
    while let current = unsafe map {
      // A kernel that cannot freeze one of them has it open to tampering as before.
      if unsafe !written.contains(Self.name(of: current)) {
        _ = unsafe bpf_map_freeze(bpf_map__fd(current))
      }
      unsafe map = bpf_object__next_map(object, current)
    }
  }

  @unsafe fileprivate func attach(_ hook: Hook) -> OpaquePointer? {
    let program = unsafe bpf_object__find_program_by_name(object, hook.rawValue)
    return unsafe hook == .sysctl ? attachToControlGroup(program) : bpf_program__attach(program)
  }

  /// In the root of all groups that can be seen from here: what is outside of them is not watched either.
  @unsafe private func attachToControlGroup(_ program: OpaquePointer?) -> OpaquePointer? {
    let group = clinux_open_control_group()
    defer { close(group) }
    return unsafe bpf_program__attach_cgroup(program, group)
  }

  /// Detaches the probes. What is in the ring stays there.
  package mutating func detach() {
    for index in unsafe links.indices { unsafe bpf_link__destroy(links[index]) }
    unsafe links = []
    hooks = []
  }

  /// A map by its name in C, or one that libbpf makes of a section by the section's.
  @unsafe private func map(_ name: String) -> OpaquePointer? {
    unsafe bpf_object__find_map_by_name(object, name.hasPrefix(".") ? name : "martlet_\(name)")
  }

  /// What the probes call a map, without the prefix by which the kernel shows it.
  @unsafe static func name(of map: OpaquePointer) -> String {
    let name = unsafe String(cString: bpf_map__name(map))
    return name.hasPrefix("martlet_") ? String(name.dropFirst("martlet_".utf8.count)) : name
  }

  private func descriptor(_ name: String) -> Int32 { unsafe bpf_map__fd(map(name)) }

  /// The descriptor to poll: readable when the probes want to be drained before the next tick.
  package var ringDescriptor: Int32 { descriptor("ring") }

  /// Maps the ring buffer for reading.
  package func ring() throws(SensorError) -> RingBuffer {
    try RingBuffer(descriptor: ringDescriptor, size: ringSize)
  }

  /// Puts a process, by its pid in the initial namespace, and all its descendants to come into the scope.
  package func admit(pid: UInt32) throws(SensorError) {
    var key = pid
    var entry = martlet_scope()
    guard unsafe bpf_map_update_elem(descriptor("scope"), &key, &entry, UInt64(BPF_ANY)) == 0 else {
      throw .system("put process \(pid) in the scope", errno: errno)
    }
  }

  /// Takes a process out of the scope.
  package func dismiss(pid: UInt32) {
    var key = pid
    _ = unsafe bpf_map_delete_elem(descriptor("scope"), &key)
  }

  /// Takes a process that works for the agent, by its pid in the initial namespace, out of what is watched until it ends.
  package mutating func exempt(pid: UInt32) throws(SensorError) {
    var key = pid
    var one: UInt8 = 1
    guard unsafe bpf_map_update_elem(descriptor("exempt"), &key, &one, UInt64(BPF_ANY)) == 0 else {
      throw .system("leave process \(pid) out of the scope", errno: errno)
    }
    exempted.insert(pid)
    var (zero, state) = (UInt32(0), martlet_state(has_exempt: 1))
    guard unsafe bpf_map_update_elem(descriptor(".data.state"), &zero, &state, UInt64(BPF_ANY)) == 0 else {
      throw .system("write the probes' state", errno: errno)
    }
  }

  /// Processes that are exempt and should not be, which they are no longer.
  mutating func refuseExemptions() -> [UInt32] {
    var known: Set<UInt32> = []
    var foreign: [UInt32] = []
    var pid: UInt32 = 0
    var hasMore = unsafe bpf_map_get_next_key(descriptor("exempt"), nil, &pid) == 0
    while hasMore, known.count + foreign.count < 64 {
      if exempted.contains(pid) { known.insert(pid) } else { foreign.append(pid) }
      var next: UInt32 = 0
      hasMore = unsafe bpf_map_get_next_key(descriptor("exempt"), &pid, &next) == 0
      pid = next
    }
    for var pid in foreign { _ = unsafe bpf_map_delete_elem(descriptor("exempt"), &pid) }
    // The others have ended.
    exempted = known
    return foreign
  }

  /// Whether a process is in the scope.
  package func covers(pid: UInt32) -> Bool {
    var key = pid
    var entry = martlet_scope()
    return unsafe bpf_map_lookup_elem(descriptor("scope"), &key, &entry) == 0
  }

  /// Whether no process in scope is alive. Costs a walk through the table when that is nearly empty.
  package var isScopeEmpty: Bool {
    var first: UInt32 = 0
    return unsafe bpf_map_get_next_key(descriptor("scope"), nil, &first) != 0
  }

  /// What the probes counted so far, by event type.
  package func ledger() throws(SensorError) -> [EventType: KernelCounts] {
    let processors = Int(max(1, libbpf_num_possible_cpus()))
    var rows = [martlet_ledger](repeating: martlet_ledger(), count: processors)
    var counts: [EventType: KernelCounts] = [:]
    for type in EventType.allCases {
      var key = UInt32(type.rawValue)
      guard unsafe bpf_map_lookup_elem(descriptor("ledger"), &key, &rows) == 0 else {
        throw .system("read the probes' ledger", errno: errno)
      }
      counts[type] = rows.reduce(into: KernelCounts()) { $0.add($1) }
    }
    return counts
  }
}

// MARK: Links, for who watches over them

extension Probes {
  var linkCount: Int { hooks.count }

  func linkHook(_ index: Int) -> Hook { hooks[index] }

  func linkDescriptor(_ index: Int) -> Int32 { unsafe bpf_link__fd(links[index]) }

  /// Attaches a probe whose link was lost. The link itself is left alone: its descriptor may be another file's by now.
  mutating func attachAgain(_ index: Int) -> Bool {
    guard let link = unsafe attach(hooks[index]) else { return false }
    unsafe links[index] = link
    return true
  }
}

/// What the kernel side counted for one event type.
package struct KernelCounts: Hashable, Sendable {
  /// Activity in scope that is an event of the type.
  package var seen: UInt64 = 0
  /// Losses: no room in the ring buffer; nowhere to build the record; an object that could not be read; a child that
  /// could not be put in the scope.
  package var lostRing: UInt64 = 0
  package var lostScratch: UInt64 = 0
  package var lostRead: UInt64 = 0
  package var lostScope: UInt64 = 0
  /// Records whose making was timed, and how many nanoseconds those took.
  package var sampled: UInt64 = 0
  package var sampledNS: UInt64 = 0

  /// What the probes spent on the records of this type, extrapolated from the timed ones, in nanoseconds.
  package var estimatedNS: UInt64 {
    sampled == 0 ? 0 : UInt64(Double(sampledNS) / Double(sampled) * Double(seen))
  }

  package init() {}

  mutating func add(_ row: martlet_ledger) {
    seen &+= row.seen
    lostRing &+= row.lost_ring
    lostScratch &+= row.lost_scratch
    lostRead &+= row.lost_read
    lostScope &+= row.lost_scope
    sampled &+= row.sampled
    sampledNS &+= row.sampled_ns
  }
}

/// libbpf's last complaints, kept for the error that follows them.
private let libbpfLog = LibbpfLog()

private final class LibbpfLog: Sendable {
  private let lines = Mutex<[String]>([])

  func append(_ line: String) {
    lines.withLock {
      $0.append(line)
      if $0.count > 40 { $0.removeFirst() }
    }
  }

  func take() -> String {
    lines.withLock { lines in
      defer { lines = [] }
      return lines.joined()
    }
  }
}
