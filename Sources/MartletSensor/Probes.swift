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
    /// Those that may be wanted later (`watch`): what they need is loaded, and not in use.
    package var loaded: Set<EventType> = []
    /// Bytes of the ring buffer, a power of two of whole pages.
    package var ringSize: Int
    /// How long who fills the ring may be held up at an event, so that it is read meanwhile.
    package var brake = Duration.zero
    /// Where calls are hooked. `auto` is `functions` where the kernel takes them and more than a tree is watched.
    package var hooks = HookSet.auto

    package init(
      events: Set<EventType> = EventType.standard, scope: WatchScope = .tree, ringSize: Int = 8 << 20
    ) {
      self.events = events
      self.scope = scope
      self.ringSize = ringSize
    }
  }

  let object: OpaquePointer
  private var links: [Hook: Link] = [:]
  private let ringSize: Int
  /// The hooks that can be used.
  private let offered: Set<Hook>
  /// Processes that were exempt and may still be.
  private var exempted: Set<UInt32> = []
  /// Those at the functions of calls, where they are to be used and the kernel takes them.
  private(set) var functions: [FunctionHooks] = []
  /// Those at functions inside of calls, where the others are.
  private(set) var inside: InsideHooks?
  /// Why functions of calls cannot be hooked; `nil` where they can, or nobody wants to.
  private var lackOfFunctions: SensorError?
  /// Whether the kernel calls what hooks functions, as far as is known.
  private var areFunctionsCalled = false
  /// Events that are looked at.
  private var events: Set<EventType> = []
  /// What the probes are told to look at: the bytes of a `martlet_watch`.
  private var watched: [UInt8] = []
  private var isAttached = false
  /// What the probes were told of this kernel, by the map that has it.
  private(set) var facts: [String: [UInt8]] = [:]
  var filters = LoadedFilters()

  private init(object: OpaquePointer, ringSize: Int, offered: Set<Hook>) {
    unsafe self.object = object
    self.ringSize = ringSize
    self.offered = offered
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
    let kernel = try KernelTypes()
    let features = KernelFeatures(kernel)
    let low = lowDescriptors()
    defer { for descriptor in low { close(descriptor) } }
    let image = ProbeImage(
      (features.has(.cast) ? ProbeObject.martlet : ProbeObject.martletWithoutCasts).bytes, kernel: kernel)
    let object = unsafe try image.opened()
    let offered = hooks.filter { $0.feature.map(features.has) ?? true }
    var probes = unsafe Probes(object: object, ringSize: options.ringSize, offered: offered)
    let all = options.events.union(options.loaded)
    let dispatch = probes.dispatch(all)
    try probes.configure(options, features)
    probes.choose(Set(probes.hooks(for: all, dispatch).map(\.program)).union(dispatch.programs).union([nameSampler]))
    guard unsafe bpf_object__load(object) == 0 else {
      throw .refused("load the probes", errno: errno, log: libbpfLog.take())
    }
    for jump in dispatch.jumps { try unsafe jump.connect(in: object) }
    try probes.openLedger()
    try probes.loadFunctions(image, dispatch, options)
    try probes.watch(options.events)
    probes.freeze()
    probes.learnOverlay(in: kernel, isBuiltIn: features.has(.overlay))
    probes.learnNameTable()
    return probes
  }

  deinit {
    for link in links.values { link.end() }
    unsafe bpf_object__close(object)
  }

  /// Takes the low numbers of descriptors, so that what is opened meanwhile gets others: a file that the agent opens later
  /// has one below them, and none that somebody had the agent close, which is put back in its place.
  private static func lowDescriptors() -> [Int32] {
    var (limit, low) = (rlimit(), [Int32]())
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur >= 1024 else {
      return low
    }
    while (low.last ?? 0) < 127 {
      let descriptor = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
      if descriptor < 0 { break }
      low.append(descriptor)
    }
    return low
  }

  /// Loads the probes of functions, of calls and inside of them, if they are wanted.
  private mutating func loadFunctions(
    _ image: ProbeImage, _ dispatch: Dispatch, _ options: Options
  ) throws(SensorError) {
    let isTried = options.hooks == .functions || options.hooks == .auto && options.scope != .tree
    guard isTried, !dispatch.calls().isEmpty else { return }
    do throws(SensorError) {
      if options.hooks == .auto, let lack = HookSet.lackOfFunctions { throw lack }
      functions = try FunctionHooks.load(image, dispatch, beside: self)
      inside = try InsideHooks.load(image, options.events.union(options.loaded), beside: self)
    } catch {
      if options.hooks == .functions { throw error }
      lackOfFunctions = error
    }
  }

  /// Looks at events of these types from now on, and at no others. They must have been loaded.
  package mutating func watch(_ events: Set<EventType>) throws(SensorError) {
    self.events = events
    if isAttached { try settle() }
  }

  private func dispatch(_ events: Set<EventType>) -> Dispatch {
    // Where SELinux does not run there is no file of it, and each write would be looked at in vain.
    Dispatch(events: events.subtracting(KernelFeatures.hasSELinux ? [] : [.selinux]), hooks: offered) { name in
      unsafe bpf_object__find_program_by_name(object, name) != nil
    }
  }

  private func hooks(for events: Set<EventType>, _ dispatch: Dispatch) -> Set<Hook> {
    offered.filter { $0.isRequired || dispatch.uses($0) || !$0.events.isDisjoint(with: events) }
  }

  private func configure(_ options: Options, _ features: KernelFeatures) throws(SensorError) {
    unsafe bpf_map__set_max_entries(map("ring"), UInt32(options.ringSize))
    unsafe bpf_map__set_max_entries(map("scratches"), UInt32(max(1, libbpf_num_possible_cpus())))
    var config = martlet_config()
    config.ring_size = UInt64(options.ringSize)
    config.brake_ns = UInt64(options.brake / .nanoseconds(1))
    config.has_task_from_vpid = features.has(.taskFromVirtualPID) ? 1 : 0
    config.has_task_from_pid = features.has(.taskFromPID) ? 1 : 0
    config.has_packet_pages = features.has(.packetPages) ? 1 : 0
    options.scope.fill(&config)
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

  /// Attaches the probes: what happens from now on waits in the ring.
  package mutating func attach() throws(SensorError) {
    isAttached = true
    try settle()
  }

  /// Attaches what is wanted, and nothing else, and has it watched.
  private mutating func settle() throws(SensorError) {
    let dispatch = dispatch(events)
    let calls = dispatch.calls()
    areFunctionsCalled = FunctionHooks.areCalled
    if areFunctionsCalled { inside?.attach(events) }
    // What was attached to functions stays, and is told to look at nothing: to end it takes the kernel a tenth of a second
    // each.
    let attached = areFunctionsCalled ? functions.map { ($0, $0.attach(calls)) } : functions.map { ($0, []) }
    let seen = attached.reduce(into: Set()) { $0.formUnion($1.1) }
    let left = calls.filter { !seen.contains($0.key) }
    var wanted = hooks(for: events, dispatch)
    if left.isEmpty { wanted.remove(.systemCall) }
    if !left.values.contains(true) { wanted.remove(.systemCallEntry) }
    for hook in Hook.allCases where wanted.contains(hook) && links[hook] == nil {
      guard attach(hook) else { throw .refused("attach \(hook.rawValue)", errno: errno, log: libbpfLog.take()) }
    }
    let told = areFunctionsCalled ? inside?.told ?? [] : []
    // When all are attached: of what happens between two attachments a part would be told, of a process its begin and not its
    // end. Where calls go from one kind of hooks to the other, they are seen by both for a moment rather than by none.
    watched = dispatch.watch(events.union([.fork, .exec, .exit]), inside: told) { !seen.contains($0) }
    func tellFunctions() throws(SensorError) {
      for (functions, seen) in attached { try functions.watch(dispatch.watch(events, inside: told, seen.contains)) }
      try inside?.watch(dispatch.watch(events, inside: told) { _ in true })
    }
    if areFunctionsCalled { try tellFunctions() }
    var zero: UInt32 = 0
    guard unsafe bpf_map_update_elem(descriptor(".data.watch"), &zero, watched, UInt64(BPF_ANY)) == 0 else {
      throw .system("say what is watched", errno: errno)
    }
    if !areFunctionsCalled { try tellFunctions() }
    for hook in Hook.allCases where !wanted.contains(hook) { links.removeValue(forKey: hook)?.end() }
  }

  /// Follows the switch by which the kernel can be told to call nothing of what hooks its functions.
  mutating func followSwitch() {
    guard isAttached, !functions.isEmpty, FunctionHooks.areCalled != areFunctionsCalled else { return }
    try? settle()
  }

  /// Keeps all from being written to from outside but what the sensor itself writes to later; the probes still may.
  private func freeze() {
    let written: Set = [
      "scope", "exit_programs", "enter_programs", "ring_programs", "submit_programs", "ring", "exempt", ".data.state",
      ".data.watch", ".data.overlay", ".data.names", ".data.filtering", ".data.losses", "filters", "file_names",
      "cgroup_ledger",
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

  private mutating func attach(_ hook: Hook) -> Bool {
    let program = unsafe bpf_program__fd(bpf_object__find_program_by_name(object, hook.program))
    links[hook] =
      hook == .sysctl
      ? attachToControlGroup(program) : Link(attaching: program, to: hook.isPlain ? hook.tracepoint : nil)
    return links[hook] != nil
  }

  /// In the root of all groups that can be seen from here: what is outside of them is not watched either.
  private func attachToControlGroup(_ program: Int32) -> Link? {
    let group = clinux_open_control_group()
    defer { close(group) }
    return Link(attaching: program, toSettingsOf: group)
  }

  /// What was loaded into the kernel.
  @unsafe var objects: [OpaquePointer] { unsafe [object] + copies.map { unsafe $0.object } }

  /// What was loaded at functions.
  private var copies: [ProbeCopy] { functions + (inside.map { [$0] } ?? []) }

  /// Where the probes are attached.
  package var hooks: [Hook] { Hook.allCases.filter { links[$0] != nil } }

  /// How the calls of events are hooked, of those that are looked at now, or that were loaded.
  package func callHooks(of events: Set<EventType>? = nil) -> CallHooks {
    let dispatch = dispatch(events ?? self.events)
    var hooks = CallHooks(lack: lackOfFunctions)
    for type in events ?? self.events {
      let calls = dispatch.calls(of: type)
      guard !calls.isEmpty else { continue }
      let isSeen = areFunctionsCalled && functions.reduce(0) { $0 + $1.seen(of: calls).count } == calls.count
      if isSeen { hooks.byFunctions.insert(type) } else { hooks.byTracepoints.insert(type) }
    }
    if areFunctionsCalled { hooks.inside = inside?.hooks(of: events ?? self.events) ?? [] }
    if areFunctionsCalled { hooks.functionCount = functions.reduce(0) { $0 + $1.count(of: dispatch.calls()) } }
    return hooks
  }

  /// Detaches the probes. What is in the ring stays there.
  package mutating func detach() {
    for copy in copies { copy.rest() }
    for link in links.values { link.end() }
    links = [:]
  }

  /// Attaches the probes anew whose links were lost. Says of each where it was, and whether that worked.
  mutating func attachLost() -> [(place: String, isAttached: Bool)] {
    Hook.allCases.filter { links[$0]?.isHeld == false }.map { ($0.tracepoint, attach($0)) }
      + giveUpLostFunctions() + attachLostInside()
  }

  /// Where one is not to be had any more, the entries of calls look for what it told.
  private mutating func attachLostInside() -> [(place: String, isAttached: Bool)] {
    let lost = inside?.attachLost() ?? []
    if lost.contains(where: { !$0.isAttached }) { try? settle() }
    return lost
  }

  /// Has the calls whose functions are not hooked any more seen by the tracepoints.
  private mutating func giveUpLostFunctions() -> [(place: String, isAttached: Bool)] {
    let lost = functions.flatMap { $0.giveUpLost() }
    guard !lost.isEmpty else { return [] }
    let isMended = (try? settle()) != nil
    return lost.map { ($0, isMended) }
  }

  /// The maps by which the probes know what to look at that somebody else has written to, and whether they are as they
  /// were again.
  mutating func restoreMaps() -> [(map: String, isMended: Bool)] {
    var (zero, map): (UInt32, String) = (0, ".data.watch")
    var restored = restoreFilters()
    if unsafe !holds(descriptor(map), &zero, watched) {
      restored.append((map, unsafe bpf_map_update_elem(descriptor(map), &zero, &watched, UInt64(BPF_ANY)) == 0))
    }
    for (map, bytes) in facts where unsafe !holds(descriptor(map), &zero, bytes) {
      restored.append((map, tell(bytes, in: map)))
    }
    for copy in copies where !copy.isIntact { restored.append((map, copy.restore())) }
    return restored
  }

  /// Tells the probes what they cannot know of this kernel. Returns whether they were.
  @discardableResult
  mutating func tell(_ bytes: [UInt8], in map: String) -> Bool {
    var zero: UInt32 = 0
    facts[map] = bytes
    return unsafe bpf_map_update_elem(descriptor(map), &zero, bytes, UInt64(BPF_ANY)) == 0
  }

  /// Whether a map, by its descriptor, has these bytes as an entry; also where it cannot be read, which is another matter.
  func holds(_ map: Int32, _ key: UnsafeRawPointer, _ entry: [UInt8]) -> Bool {
    unsafe withUnsafeTemporaryAllocation(byteCount: entry.count, alignment: 8) { found in
      guard unsafe bpf_map_lookup_elem(map, key, found.baseAddress) == 0 else { return errno != ENOENT }
      return unsafe found.elementsEqual(entry)
    }
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

  func descriptor(_ name: String) -> Int32 { unsafe bpf_map__fd(map(name)) }

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

  /// Takes a process that works for the agent, by its pid in the initial namespace, out of what is watched until it ends or
  /// becomes another program.
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

  /// Has a process that is exempt watched again.
  package mutating func readmit(pid: UInt32) {
    var key = pid
    _ = unsafe bpf_map_delete_elem(descriptor("exempt"), &key)
    exempted.remove(pid)
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
}

/// libbpf's last complaints, kept for the error that follows them.
let libbpfLog = LibbpfLog()

final class LibbpfLog: Sendable {
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
