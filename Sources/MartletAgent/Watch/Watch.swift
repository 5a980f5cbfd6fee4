import Glibc
import MartletModel
import MartletOutput
import MartletRules
import MartletSchema
package import MartletSensor
import SECL

/// Why the kernel cannot be watched.
package typealias WatchError = SensorError

/// The probes, and the way of what they tell: out of the ring, through pipeline and rules, to the sinks. It keeps the
/// ledger of it all.
///
/// One thread drains it; what is in it is that thread's.
struct Watch: ~Copyable {
  /// Where events and losses go.
  var sinks: [any EventSink]
  private var options: WatchOptions
  /// What was looked at so far: more than `options` says, once other rules were asked.
  private var watched: Set<EventType>
  /// Takes the matches that it has provoked, while it goes on.
  var selfTest: SelfTest?
  /// Whether events of a type are handed on though no rule asked, by `EventType.rawValue`.
  private let isShown: [Bool]
  /// Whether sinks look at events of a type though no rule matched, by `EventType.rawValue`.
  private var isObserved = [Bool](repeating: false, count: 256)
  /// Counts who makes the events, while somebody wants to know.
  var tally: ProcessTally?
  /// Counts which rules make the kernel let events through, while somebody wants to know.
  var filterTally: FilterTally?
  private var probes: Probes
  private let ring: RingBuffer
  private let recorder: RecordingWriter?
  private let pipeline: Pipeline
  private let scope: WatchScope
  private var clock: HostClock
  private let inspection: Inspection
  private let enforcer: Enforcer?
  private var hasRules: Bool
  private var reported: [Loss.Row] = []
  private var reportedCgroups: [CgroupID: UInt64] = [:]
  /// Losses up to the last tick, and up to the one before.
  private var lossCounts: (earlier: UInt64, last: UInt64) = (0, 0)
  private var counts = [UInt64](repeating: 0, count: 256)
  private var ledger = Ledger()
  /// What the probes had counted when that could last be read: somebody may have had the agent close what it reads it by.
  private var counted: (types: [EventType: KernelCounts], cgroups: [CgroupID: CgroupCounts]) = ([:], [:])
  private var selfWatch: SelfWatch?
  private var disturbances: UInt64 = 0

  /// Loads the probes, and does not attach them yet.
  ///
  /// - Parameter path: the recording to keep of all records.
  init(_ options: WatchOptions, sinks: [any EventSink], recordTo path: String? = nil) throws {
    let recorder = try path.map { path throws(OutputError) in try RecordingWriter(path: path) }
    var loading = Probes.Options(
      events: options.watched.withContext, scope: options.scope, ringSize: options.ringSize)
    loading.brake = options.brake
    loading.hooks = options.hooks
    if options.mayChangeRules { loading.loaded = Set(EventType.allCases) }
    var probes = try Probes.load(loading)
    // A recording is for rules that are yet to be written.
    if options.isFiltering, recorder == nil { try probes.setFilters(options.filters) }
    let ring = try probes.ring()
    self.options = options
    scope = options.scope
    watched = options.watched
    isShown = (0...UInt8.max).map { number in EventType(rawValue: number).map(options.events.contains) ?? false }
    hasRules = !options.rules.rules.isEmpty
    let clock = HostClock.now()
    let live = LiveHost()
    let pipeline = Pipeline(host: recorder.map { RecordingHost(live, writer: $0) } ?? live, clock: clock)
    enforcer = options.enforcement.map { Enforcer($0, pipeline, clock: clock) }
    inspection = Inspection(
      options.rules, hostname: HostFacts.running().hostname, profile: options.profile, enforcer: enforcer,
      log: options.log)
    (self.clock, self.pipeline) = (clock, pipeline)
    self.recorder = recorder
    self.sinks = sinks
    self.probes = probes
    self.ring = ring
  }

  /// Readable when the ring wants to be drained before the next tick.
  var descriptor: Int32 { probes.ringDescriptor }

  /// Where the probes are attached.
  var hooks: [Hook] { probes.hooks }

  /// How calls are hooked.
  var callHooks: CallHooks { probes.callHooks() }

  /// Attaches the probes. What happens from here on waits in the ring.
  mutating func attach() throws(SensorError) {
    try probes.attach()
    selfWatch = SelfWatch(probes, scope: scope, clock: clock)
  }

  // MARK: Who is watched

  /// Puts a process and all that will descend from it into the scope.
  func admit(pid: UInt32) throws(SensorError) { try probes.admit(pid: pid) }

  /// Leaves out a process that works for this one.
  mutating func exempt(pid: UInt32) throws(SensorError) { try probes.exempt(pid: pid) }

  /// Watches it again.
  mutating func readmit(pid: UInt32) { probes.readmit(pid: pid) }

  /// Takes in the process whose tree is the scope, which was there before the probes.
  func seed(pid: UInt32) {
    recorder?.append(.header(.current(clock: clock, seed: pid)))
    pipeline.seed(pid: pid)
  }

  /// Whether a process of the tree is still alive.
  var hasLiving: Bool { !probes.isScopeEmpty }

  /// Attaches the probes, takes in what runs in the scope, and tells of it as if all of it had just begun.
  mutating func attachAndTakeIn() throws {
    let before = RunningProcesses(in: scope)
    pipeline.resolver.beginSnapshot(before.pids, viewers: before.viewers)
    try attach()
    let attached = Instant.now
    let after = RunningProcesses(in: scope)
    pipeline.resolver.completeSnapshot(after.pids, viewers: after.viewers, attached: attached) { .now }
    tellSnapshot(isSettled: false)
    drain()
    pipeline.resolver.settleSnapshot()
    tellSnapshot(isSettled: true)
  }

  private mutating func tellSnapshot(isSettled: Bool) {
    for event in pipeline.resolver.snapshotEvents(isSettled: isSettled, at: .now) {
      let isShown = isShown[Int(EventType.exec.rawValue)]
      let matches = inspection.matches(event, files: pipeline.files, isShown: isShown)
      if !matches.isEmpty || isShown {
        for sink in sinks { sink.take(event, matches) }
      }
    }
  }

  // MARK: What is asked

  /// Asks `rules` from the next event on. Nothing that happens meanwhile is left out: what either set asks for is let
  /// through until what the old one let through has been read.
  mutating func replaceRules(by rules: RuleSet) throws(SensorError) {
    var next = options
    next.rules = rules
    do throws(SensorError) {
      try probes.watch(options.watched.union(next.watched).withContext)
      try probes.setFilters([:])
    } catch {
      try? probes.watch(options.watched.withContext)
      throw error
    }
    drainWhole()
    inspection.replaceRules(by: rules)
    if filterTally != nil { filterTally = FilterTally(rules) }
    hasRules = !rules.rules.isEmpty
    options = next
    watched.formUnion(next.watched)
    // Where these fail, more is let through than is asked for: that costs time, and nothing is missed.
    if options.isFiltering, recorder == nil { try? probes.setFilters(options.filters) }
    try? probes.watch(options.watched.withContext)
  }

  /// Has sinks look at all events of `types`, and of those of before no more. Returns the types that the probes do not tell
  /// of.
  mutating func observe(_ types: Set<EventType>) -> Set<EventType> {
    for type in EventType.allCases { isObserved[Int(type.rawValue)] = types.contains(type) }
    guard types != options.observed else { return [] }
    let before = options
    options.observed = types
    do throws(SensorError) {
      try probes.watch(before.watched.union(options.watched).withContext)
      if options.isFiltering, recorder == nil { try probes.setFilters(options.filters) }
    } catch {
      options = before
      try? probes.watch(options.watched.withContext)
      return types.subtracting(options.watched.withContext)
    }
    watched.formUnion(types)
    try? probes.watch(options.watched.withContext)
    return []
  }

  /// Types of which somebody is shown all events, whatever rules ask.
  var shown: Set<EventType> { options.shown }

  /// How often a rule of the present set held.
  func activity(of rule: Rule) -> RuleActivity { inspection.activity(of: rule) }

  /// Events of a type that the present rules were asked about.
  func askedCount(_ type: EventType) -> UInt64 { inspection.askedCount(type) }

  /// Why rules that sign so hold for an event, or do not.
  func explanations(of signature: RuleSignature, about event: Event) -> [Explanation] {
    inspection.explanations(of: signature, about: event, files: files)
  }

  /// Answers what rules want to know of files.
  var files: any FileInspector { pipeline.files }

  // MARK: The way of a record

  /// Walks what waits in the ring by now through, of much the first `most` bytes. Returns whether that was too little.
  @discardableResult
  mutating func drain(most: Int = .max) -> Bool {
    let hasMore = ring.drain(most: most) { bytes, cgroup in
      var isEmitted = false
      let type = pipeline.consume(bytes) { record, activity in
        recorder?.append(.record(record.redacted(as: activity)))
      } deliver: { event in
        let number = Int(event.type.rawValue)
        counts[number] += 1
        tally?.count(event)
        filterTally?.count(event)
        var matches = inspection.matches(event, files: pipeline.files, isShown: isShown[number])
        if let selfTest, !matches.isEmpty { matches = selfTest.othersThanOwn(matches) }
        if event.type == .exit { enforcer?.noteEnd(of: event.process.pid, at: event.time) }
        if !matches.isEmpty || isShown[number] {
          markLosses(&matches)
          if enforcer?.keepsBack(event, matches) != true { for sink in sinks { sink.take(event, matches) } }
          isEmitted = true
        } else if isObserved[number] {
          for sink in sinks { sink.look(at: event) }
        }
      }
      ledger.count(type, of: cgroup, isEmitted: isEmitted)
    }
    letGo(isBehind: hasMore)
    return hasMore
  }

  /// Walks all through that waits by now, also what stands behind a record that is still being written: who writes it may have
  /// lost its processor.
  private mutating func drainWhole() {
    let end = ring.end
    drain()
    for _ in 0..<100 where !ring.isConsumed(upTo: end) {
      usleep(1000)
      drain()
    }
  }

  /// Hands on the events that waited for the end of processes.
  private func letGo(isLast: Bool = false, isBehind: Bool = false) {
    for held in enforcer?.turn(isLast: isLast, isBehind: isBehind) ?? [] {
      for sink in sinks { sink.take(held.event, held.matches) }
    }
  }

  /// Says of matches that events around them were lost, and how many: something may have gone before that is not told.
  private func markLosses(_ matches: inout [Match]) {
    guard !matches.isEmpty, let count = probes.lossCount, count > lossCounts.earlier else { return }
    for index in matches.indices {
      matches[index].event["lost_events"] = .integer(JSONInteger(count &- lossCounts.earlier))
    }
  }

  /// Tells of this agent, in the stream of events.
  func tell(_ report: AgentReport) { for sink in sinks { sink.take(report) } }

  /// Lets go of what the sinks hold.
  func flush() { for sink in sinks { sink.flush() } }

  /// To be called once a second: tells of what was lost since the last time, in the stream of events.
  mutating func tick() {
    reportLosses()
    filterTally?.tick()
    if let count = probes.lossCount { lossCounts = (lossCounts.last, count) }
    ledger.makeRoom(kernel: counted.cgroups, isGone: \.isGone) {
      probes.forget($0)
      reportedCgroups[$0] = nil
      selfWatch?.forget($0)
    }
    recorder?.flush()
  }

  private mutating func reportLosses() {
    counted = latestCounts
    let rows = Loss.rows(kernel: counted.types, undecodable: pipeline.undecodable)
    guard rows != reported else { return }
    let before = Dictionary(uniqueKeysWithValues: reported.map { ($0.key, $0.count) })
    reported = rows
    let new = rows.compactMap { row in
      let count = row.count &- (before[row.key] ?? 0)
      return count == 0 ? nil : Loss.Row(type: row.type, cause: row.cause, count: count)
    }
    var loss = Loss(time: .now, rows: new)
    for (cgroup, counts) in counted.cgroups where counts.lost > 0 {
      let count = counts.lost &- (reportedCgroups.updateValue(counts.lost, forKey: cgroup) ?? 0)
      if count > 0 { loss.cgroups.append(Loss.CgroupRow(path: cgroup.path ?? "", count: count)) }
    }
    loss.cgroups.sort { ($1.count, $0.path) < ($0.count, $1.path) }
    recorder?.append(.loss(loss))
    for sink in sinks { sink.take(loss) }
  }

  private var latestCounts: (types: [EventType: KernelCounts], cgroups: [CgroupID: CgroupCounts]) {
    ((try? probes.ledger()) ?? counted.types, (try? probes.cgroupLedger()) ?? counted.cgroups)
  }

  /// To be called whenever the thread has waited: tells of what happened to the agent itself, in the stream of events.
  ///
  /// - Parameter isLast: to look at once, and not only once a second.
  mutating func lookAfterSelf(isLast: Bool = false) {
    for disturbance in selfWatch?.look(&probes, ring, pipeline, inspection, isLast: isLast) ?? [] { tell(disturbance) }
  }

  /// Tells of a disturbance, in the stream of events.
  mutating func tell(_ disturbance: Disturbance) {
    disturbances += 1
    recorder?.append(.disturbance(disturbance))
    for sink in sinks { sink.take(disturbance) }
  }

  /// What goes on that should not.
  var lastingDisturbances: [Disturbance] { selfWatch?.lastingDisturbances ?? [] }

  /// Takes note of who had the agent go on after it was stopped.
  mutating func wasContinued(by signal: SignalSource.Signal) {
    if !signal.isFromKernel { selfWatch?.wasContinued(by: signal.sender) }
  }

  /// To be called once a second: keeps to the host's clock, which may have been set.
  mutating func refresh() {
    let now = HostClock.now()
    if abs(now.monotonic.offset - clock.monotonic.offset) > Self.clockError {
      clock = now
      pipeline.setClock(now)
      enforcer?.setClock(now)
    }
  }

  /// What readings of the clocks may differ in, in nanoseconds, though nobody has set them.
  private static let clockError: Int64 = 1_000_000

  /// Forgets processes of whose end no record came. To be called every minute or so.
  func sweep() { pipeline.resolver.sweep { kill(pid_t($0), 0) == 0 || errno != ESRCH } }

  /// Detaches the probes: nothing more comes into the ring.
  mutating func detach() {
    lookAfterSelf(isLast: true)
    selfWatch = nil
    probes.detach()
  }

  /// Whether something waits in the ring.
  var hasBacklog: Bool { ring.backlog > 0 }

  /// Bytes that wait in the ring.
  var backlog: Int { ring.backlog }

  /// Tells of the last losses and ends the recording. The ring must be empty.
  mutating func finish() throws {
    reportLosses()
    letGo(isLast: true)
    flush()
    try recorder?.finish()
    try inspection.profile?.save()
  }

  // MARK: What there was

  /// What there was so far.
  func report() -> TraceReport {
    var report = TraceReport()
    report.losses = reported
    report.disturbances = disturbances
    report.matches = hasRules ? inspection.matchCount : nil
    report.kills = enforcer?.kills
    for type in EventType.allCases where watched.contains(type) {
      let count = counts[Int(type.rawValue)]
      if count > 0 { report.events[type] = count }
    }
    let latest = latestCounts
    report.ledger = ledger.rows(kernel: latest.types, undecodable: pipeline.undecodable)
    report.cgroups = ledger.cgroupRows(kernel: latest.cgroups)
    for row in latest.types.values { report.probeNS += row.estimatedNS }
    report.heldNS = probes.heldNS
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    report.peakMemory = Int(truncatingIfNeeded: OwnStatus.peakMemory.number ?? UInt64(usage.ru_maxrss)) &* 1024
    report.agentNS = usage.ru_utime.nanoseconds + usage.ru_stime.nanoseconds
    return report
  }

  /// Processes that are known to be alive.
  var processCount: Int { pipeline.processCount }
}

extension Set<EventType> {
  /// With what the context of these is made of. `setuid`, `setgid` and `capset` come together or not at all: each needs
  /// to know what the others changed.
  fileprivate var withContext: Set<EventType> {
    let identity: Set<EventType> = [.setuid, .setgid, .capset]
    return (isDisjoint(with: identity) ? self : union(identity)).union([.unshare, .session])
  }
}

extension Loss {
  /// All that was lost since the start.
  fileprivate static func rows(kernel: [EventType: KernelCounts], undecodable: [EventType: UInt64]) -> [Row] {
    EventType.allCases.flatMap { type in
      let counts = kernel[type] ?? KernelCounts()
      let causes: [(Cause, UInt64)] = [
        (.ringFull, counts.lostRing), (.noScratch, counts.lostScratch), (.unreadable, counts.lostRead),
        (.scopeFull, counts.lostScope), (.shareSpent, counts.lostShare), (.undecodable, undecodable[type] ?? 0),
      ]
      return causes.filter { $0.1 > 0 }.map { Row(type: type, cause: $0.0, count: $0.1) }
    }
  }
}

extension Loss.Row {
  fileprivate var key: [UInt8] { [type.rawValue, cause.rawValue] }
}

extension Instant {
  static var now: Instant {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Instant(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
  }
}

extension timeval {
  fileprivate var nanoseconds: UInt64 { UInt64(tv_sec) * 1_000_000_000 + UInt64(tv_usec) * 1000 }
}
