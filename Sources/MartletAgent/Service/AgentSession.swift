import CLinux
import Glibc
import MartletModel
import MartletOutbox
package import MartletOutput
import MartletRules
package import MartletSensor
import SECL

/// Watches until it is told to end: what `martlet run` does.
///
/// One thread, which is that of `run()`, reads the ring, matches, writes, and serves the attendants in between.
package final class AgentSession {
  package let options: AgentOptions
  /// The rules that are asked, and what became of each policy.
  package private(set) var loaded: LoadedRules
  /// The file of events, if there is one.
  package let file: FileTarget?
  /// What the shipper delivers from, if it is to.
  package let outbox: OutboxTarget?
  /// Where events are printed, too, if they are to be.
  package let stdout: StandardOutput?
  private var shipper: ShipperWatch?
  private let attendants: [any Attendant]
  private let log: ServiceLog
  private var signals: SignalSource
  private let life: LifeSign?
  private let manager = ServiceManager()
  /// How often policies were loaded or refused since the start.
  private(set) var loads = 0
  let started = Instant.now
  /// Why the last change of policies was refused; `nil` if it was not.
  package private(set) var refusal: String?
  private var keeper: RuleKeeper
  private var heartbeat = Heartbeat()
  private var watch: Watch
  private var isEnding = false
  private var lastFileProblem: String?
  private var lastProblem: String?
  private var lastOutboxProblem: String?
  private var removals: UInt64 = 0
  private var ticks = 0

  /// Milliseconds from one look at the ring to the next, the longer the less happens: the probes wake us only when much waits.
  private static let periods: ClosedRange<Int32> = 20...40
  /// Bytes of the ring that are walked through before others have their turn: a full ring may take seconds, and clients keep no
  /// more than so many events for one that reads.
  private static let piece = 256 << 10
  private static let heeded = [SIGHUP, SIGUSR1, SIGCONT]
  /// Seconds from one search for processes that are gone to the next.
  private static let sweepPeriod = 60

  /// Loads the rules and the probes.
  ///
  /// - Parameter stdout: where events are printed beside the file.
  package init(
    _ options: AgentOptions, rules source: RuleSource, stdout: StandardOutput? = nil,
    attendants: [any Attendant] = [], log: ServiceLog = ServiceLog()
  ) throws {
    // First of all: threads inherit which signals are blocked.
    signals = try SignalSource(Self.heeded)
    // A second one ends it at once, also where it waits for a disk or a reader.
    guard clinux_end_signals() == 0 else { throw AgentError.system("wait for signals", errno: errno) }
    self.options = options
    self.attendants = attendants
    self.log = log
    self.stdout = stdout
    keeper = RuleKeeper(source, settling: options.policySettling)
    file = try options.file.map { file throws(OutputError) in
      try FileTarget(file, isPrivileged: !options.dropsPrivileges)
    }
    let selfTest = options.selfTestDirectory.flatMap { SelfTest(in: $0) }
    let loaded = try source.load(with: selfTest.map { [$0.policy] } ?? [])
    loaded.report.tellErrors(log)
    self.loaded = loaded
    life = options.life.flatMap(LifeSign.init)
    if let path = options.life, life == nil {
      log.say(.error, "cannot write '\(path)': nobody will know when this one was killed")
    }
    outbox = try options.outbox.map { outbox throws(OutboxError) in
      try OutboxTarget(outbox, isPrivileged: !options.dropsPrivileges)
    }
    for finding in outbox?.findings ?? [] { log.say(.error, finding) }
    shipper = options.outbox.map { ShipperWatch($0) }
    let targets: [any LineTarget] = (file.map { [$0] } ?? []) + (outbox.map { [$0] } ?? [])
    var watched = WatchOptions(
      scope: options.scope, events: options.events, rules: loaded.rules, ringSize: options.ringSize)
    watched.brake = options.brake
    watched.mayChangeRules = true
    watched.hooks = options.hooks
    watched.isFiltering = options.isFiltering
    watched.enforcement = options.enforcement
    watched.log = log
    let sinks: [any EventSink] = (stdout.map { [$0] } ?? []) + (targets.isEmpty ? [] : [JSONLines(targets)])
    watch = try Watch(watched, sinks: sinks)
    watch.selfTest = selfTest
  }

  /// Watches until a signal to end comes. All that happened until then is told.
  package func run() throws -> TraceReport {
    // Others must not starve us: an event that is not read in time is lost.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10)
    try watch.attachAndTakeIn()
    watch.flush()
    if options.dropsPrivileges { try Privilege.drop(keepingKill: options.enforcement != nil) }
    if options.tellsOfItself { watch.tell(.rulesLoaded(loaded.report)) }
    log.say(.note, "watching \(options.scope.text) with \(loaded.report.loadedRules) rules")
    if let gap = life?.gap { watch.tell(gap) }
    watch.selfTest?.begin()
    clinux_trim_heap()  // what loading probes and compiling rules took once
    manager?.tell(.ready, status)
    var poller = try makePoller()
    var nextTick = Moment.now + .seconds(1)
    var period = Self.periods.lowerBound
    var hasMore = false
    while !isEnding {
      let ready = poller.wait(milliseconds: hasMore ? 0 : period)
      isEnding = clinux_is_asked_to_end()
      heed()
      if ready.contains(keeper.descriptor) { keeper.hear() }
      if let outcome = keeper.poll() { take(outcome) }
      period = watch.hasBacklog ? Self.periods.lowerBound : min(period * 2, Self.periods.upperBound)
      hasMore = drain()
      watch.lookAfterSelf()
      for attendant in attendants {
        if ready.contains(attendant.descriptor) { attendant.attend(self) }
        attendant.turn(self)
      }
      if Moment.now >= nextTick {
        nextTick = .now + .seconds(1)
        tick()
        if try mendDescriptors(&poller) { poller = try makePoller() }
      }
    }
    return try end()
  }

  /// Walks a piece of what waits in the ring through, if the file of events can take what comes of it. Returns whether there
  /// is more.
  private func drain() -> Bool {
    guard file?.isReady ?? true else {
      usleep(1000)
      return true
    }
    defer { watch.flush() }
    return watch.drain(most: Self.piece)
  }

  private func makePoller() throws(AgentError) -> Poller {
    let poller = try Poller()
    let descriptors = [watch.descriptor, signals.descriptor, keeper.descriptor] + attendants.map(\.descriptor)
    // One that leads nowhere any more is no reason to wait for none.
    for descriptor in descriptors where descriptor >= 0 { try? poller.add(descriptor) }
    return poller
  }

  /// Makes anew what somebody had this process close of that by which it waits, and tells of it. Returns whether there was any.
  private func mendDescriptors(_ poller: inout Poller) throws(AgentError) -> Bool {
    var lost: [Disturbance] = []
    func mended(_ subject: String) { lost.append(Disturbance(.descriptorLost, .mended, subject: subject)) }
    // Before others are made, which may get its number.
    if !poller.isOpen {
      poller.forgetDescriptor()
      mended("poller")
    }
    lost += attendants.compactMap { $0.mend() }
    if keeper.mend() { mended("policies") }
    if !signals.isOpen {
      signals.forgetDescriptor()
      signals = try SignalSource(Self.heeded)
      mended("signals")
    }
    for var disturbance in lost {
      (disturbance.time, disturbance.isHealthy) = (.now, watch.lastingDisturbances.isEmpty)
      watch.tell(disturbance)
    }
    return !lost.isEmpty
  }

  private func heed() {
    for signal in signals.pending() {
      switch signal.number {
      case SIGCONT: watch.wasContinued(by: signal)
      case SIGHUP:
        manager?.tell(.reloading)
        reload()
      default: file?.reopen()
      }
    }
  }

  private func take(_ outcome: RuleKeeper.Outcome) {
    loads += 1
    defer { manager?.tell(.ready, status) }
    switch outcome {
    case .loaded(let rules):
      do throws(WatchError) { try watch.replaceRules(by: rules.rules) } catch {
        return refuse("\(error)", rules.report)
      }
      loaded = rules
      refusal = nil
      heartbeat = Heartbeat()
      rules.report.tellErrors(log)
      log.say(.note, "asking \(rules.report.loadedRules) rules from now on")
      if options.tellsOfItself { watch.tell(.rulesLoaded(rules.report)) }
    case .refused(let reason, let report): refuse(reason, report)
    }
  }

  private func refuse(_ reason: String, _ report: LoadReport?) {
    refusal = reason
    log.say(.error, "the policies are not used, and those before stay: \(reason)")
    if options.tellsOfItself { watch.tell(.rulesLoaded(report ?? loaded.report, refusal: reason)) }
  }

  /// How it is, in a line for people.
  private var status: String {
    "\(loaded.report.loadedRules) rules" + (refusal.map { "; a change was refused: \($0)" } ?? "")
  }

  private func tick() {
    manager?.tell(.alive)
    watch.tick()
    life?.beat()
    watch.refresh()
    ticks += 1
    if ticks % Self.sweepPeriod == 0 { watch.sweep() }
    keeper.tick()
    leaveOutShipper()
    if let result = watch.selfTest?.result() {
      if let missing = watch.selfTest?.missing, !missing.isEmpty {
        log.say(.error, "not seen of what was done to test it: \(missing.joined(separator: ", "))")
      }
      watch.selfTest = nil
      if options.tellsOfItself { watch.tell(result) }
    }
    if options.tellsOfItself, heartbeat.isDue() {
      for policy in loaded.report.policies { watch.tell(.heartbeat(policy)) }
    }
    for attendant in attendants { attendant.tick(self) }
    file?.tick()
    if let problem = file?.problem, problem != lastFileProblem {
      log.say(.error, "\(problem); events are lost until that works again")
    }
    lastFileProblem = file?.problem
    stdout?.tick()
    if let problem = stdout?.problem, problem != lastProblem { log.say(.error, "\(problem); events for it are lost") }
    lastProblem = stdout?.problem
    outbox?.tick()
    if let problem = outbox?.problem, lastOutboxProblem == nil { log.say(.error, problem) }
    lastOutboxProblem = outbox?.problem
    if let file, file.health.removals > removals {
      removals = file.health.removals
      log.say(.error, "somebody removed '\(file.options.path)', and what was in it is lost: it is begun anew")
    }
  }

  private func leaveOutShipper() {
    guard let pid = shipper?.newcomer() else { return }
    do throws(SensorError) { try watch.exempt(pid: pid) } catch { return log.say(.error, "\(error)") }
    if shipper?.isStill(pid) == true {
      log.say(.note, "what the shipper does, process \(pid), is not watched")
    } else {
      watch.readmit(pid: pid)
    }
  }

  /// Ends in order: what is in the ring is still told.
  private func end() throws -> TraceReport {
    manager?.tell(.stopping)
    for attendant in attendants { attendant.stop(self) }
    watch.detach()
    while watch.backlog > 0 { _ = drain() }
    try watch.finish()
    file?.finish()
    life?.end()
    outbox?.finish()
    if let lost = outbox?.health.losses.total, lost > 0 { log.say(.error, "the outbox lost \(lost) events") }
    if let file, file.health.lost > 0 {
      log.say(.error, "\(file.health.lost) lines could not be written to '\(file.options.path)'")
    }
    // Last of all: who reads it may have stopped.
    if let stdout {
      stdout.finish()
      let lost = stdout.counts.lost
      if lost > 0 { log.say(.error, "\(lost) events could not be written to standard output") }
    }
    return watch.report()
  }

  // MARK: For attendants

  /// Has the policies loaded anew. What comes of it is in `loaded` or `refusal`, in the log and in an event.
  package func reload() { keeper.reload() }

  /// What there was so far.
  package func report() -> TraceReport { watch.report() }

  /// Where the probes are attached.
  package var hooks: [Hook] { watch.hooks }

  /// How calls are hooked.
  package var callHooks: CallHooks { watch.callHooks }

  /// Bytes that wait in the ring.
  package var backlog: Int { watch.backlog }

  /// Processes that are known to be alive.
  package var processCount: Int { watch.processCount }

  /// Has sinks look at all events of `types`, whether or not a rule asks for them, and of those of before no more. Returns
  /// the types that the probes do not tell of, as nobody asked when they were loaded.
  func observe(_ types: Set<EventType>) -> Set<EventType> { watch.observe(types) }

  /// Counts who makes the events, while somebody wants to know.
  var tally: ProcessTally? {
    get { watch.tally }
    set { watch.tally = newValue }
  }

  /// Counts which rules make the kernel let events through, while somebody wants to know.
  var filterTally: FilterTally? {
    get { watch.filterTally }
    set { watch.filterTally = newValue }
  }

  /// Types of which somebody is shown all events, whatever rules ask.
  var shown: Set<EventType> { watch.shown }

  /// What goes on that should not.
  var disturbances: [Disturbance] { watch.lastingDisturbances }

  /// How often a rule held since it was loaded.
  func activity(of rule: Rule) -> RuleActivity { watch.activity(of: rule) }

  /// Events of a type that the rules were asked about since they were loaded.
  func askedCount(_ type: EventType) -> UInt64 { watch.askedCount(type) }

  /// Why rules that sign so hold for an event, or do not, with what they remember now.
  func explanations(of signature: RuleSignature, about event: Event) -> [Explanation] {
    watch.explanations(of: signature, about: event)
  }

  /// Answers what filters want to know of files.
  var files: any FileInspector { watch.files }

  /// Hands events to one more sink from now on. Not to be called by a sink.
  package func add(_ sink: any EventSink) { watch.sinks.append(sink) }

  /// Hands no more events to a sink. Not to be called by a sink.
  package func remove(_ sink: any EventSink) { watch.sinks.removeAll { $0 === sink } }
}

extension LoadReport {
  /// Says what is wrong with policies.
  fileprivate func tellErrors(_ log: ServiceLog) {
    for diagnostic in diagnostics where diagnostic.severity == .error {
      log.say(.error, "\(diagnostic.description) [\(diagnostic.kind.name)]")
    }
  }
}

extension WatchScope {
  /// In words.
  var text: String {
    switch self {
    case .tree: "a tree of processes"
    case .cgroup(let cgroup): "the cgroup '\(cgroup.path)'"
    case .host: "this host"
    }
  }
}
