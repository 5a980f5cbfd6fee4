import CLinux
import Glibc
package import MartletModel
package import MartletOutput
package import MartletRules
package import MartletSensor

/// Why the kernel cannot be watched.
package typealias WatchError = SensorError

/// What `martlet trace` and `martlet record` do.
package struct TraceOptions: Sendable {
  /// Program and arguments; the program is found as a shell finds it.
  package var command: [String]
  /// What is printed though no rule asked for it. Process lifetimes are followed in any case.
  package var events: Set<EventType>
  /// What is asked of each event.
  package var rules: RuleSet
  /// What is printed, or asked about by a rule.
  package var watched: Set<EventType> { events.union(rules.questions.keys.compactMap { EventType(name: $0) }) }
  /// How long to watch at most; the command is then asked to end.
  package var duration: Duration?
  /// Bytes of the ring buffer.
  package var ringSize: Int
  /// Whether the kernel leaves out what no rule can hold for, as far as it is not shown anyway.
  package var isFiltering = true

  package init(
    command: [String], events: Set<EventType> = EventType.standard, rules: RuleSet = .empty,
    duration: Duration? = nil, ringSize: Int = 8 << 20
  ) {
    self.command = command
    self.events = events
    self.rules = rules
    self.duration = duration
    self.ringSize = ringSize
  }
}

/// How a session ended.
package struct TraceReport: Sendable {
  /// The status to exit with: the command's, 128 + n after a signal, 126 or 127 where it could not be run.
  package var status: Int32 = 0
  /// Why the command could not be run.
  package var execError: Int32 = 0
  package var events: [EventType: UInt64] = [:]
  package var losses: [Loss.Row] = []
  /// Where all that was seen went.
  package var ledger: [Ledger.Row] = []
  package var cgroups: [Ledger.CgroupRow] = []
  /// Events that matched a rule, counted for each rule; `nil` if none was asked.
  package var matches: UInt64?
  /// Peak resident memory of this process in bytes.
  package var peakMemory: Int = 0
  /// What the probes spent, in nanoseconds, extrapolated from one record of 64.
  package var probeNS: UInt64 = 0
  /// Processor time of this process, in nanoseconds.
  package var agentNS: UInt64 = 0
  /// The `errno` that ended the output, if one did.
  package var outputError: Int32?
}

/// Watches one command and all that descends from it, from its first exec to the end of the last process.
package struct TraceSession: ~Copyable {
  private let options: TraceOptions
  private let probes: Probes
  private let ring: RingBuffer
  private let recorder: RecordingWriter?
  private var printer: EventPrinter?
  private let inspection: Inspection
  private var reported: [Loss.Row] = []
  private var counts = [UInt64](repeating: 0, count: 256)
  private var ledger = Ledger()

  /// How long a command whose time is over has to end by itself.
  private static let grace = Duration.seconds(2)

  /// Loads the probes. Events go to `printer`, records to the recording at `recordTo`; either may be absent.
  package init(
    _ options: TraceOptions, printer: consuming EventPrinter?, recordTo path: String? = nil
  ) throws {
    let recorder = try path.map { path throws(OutputError) in try RecordingWriter(path: path) }
    var probes = try Probes.load(
      Probes.Options(events: options.watched.withContext, ringSize: options.ringSize))
    if options.isFiltering {
      try probes.setFilters(FilterPlan(options.rules, shown: recorder == nil ? options.events : Set(EventType.allCases)).filters)
    }
    let ring = try probes.ring()
    self.options = options
    inspection = Inspection(options.rules, hostname: HostFacts.running().hostname)
    self.printer = printer
    self.recorder = recorder
    self.probes = probes
    self.ring = ring
  }

  /// Runs the command to its end.
  package mutating func run() throws -> TraceReport {
    var report = TraceReport()
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, SIGCHLD])
    var child = try HeldCommand(options.command)
    // From here on the command is being watched; it has not run an instruction of its own.
    try probes.admit(pid: child.pid)
    // The command must not starve us: an event that is not read in time is lost.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10)

    let clock = HostClock.now()
    let live = LiveHost()
    let pipeline = Pipeline(host: recorder.map { RecordingHost(live, writer: $0) } ?? live, clock: clock)
    recorder?.append(.header(.current(clock: clock, seed: child.pid)))
    pipeline.seed(pid: child.pid)

    report.execError = child.release()
    try follow(&child, pipeline, signals, &report)
    try finish(pipeline, &report)
    return report
  }

  private mutating func follow(
    _ child: inout HeldCommand, _ pipeline: Pipeline, _ signals: borrowing SignalSource, _ report: inout TraceReport
  ) throws {
    let started = ContinuousClock.now
    var lastTick = started
    var askedToEnd: ContinuousClock.Instant?
    let poller = try Poller([probes.ringDescriptor, signals.descriptor])
    while true {
      poller.wait(milliseconds: 10)
      for signal in signals.pending() {
        switch signal.number {
        case SIGCHLD: child.reap()
        // The terminal tells the whole foreground group, so the command knows; what was sent to us alone is passed on.
        default: if !signal.isFromKernel { child.send(signal.number) }
        }
      }
      drain(pipeline)
      let now = ContinuousClock.now
      if now - lastTick > .seconds(1) {
        lastTick = now
        try reportLosses(pipeline)
        recorder?.flush()
      }
      printer?.flush()
      if let status = child.status, try probes.live() == 0 {
        report.status = status
        return
      }
      if let duration = options.duration, now - started > duration {
        // What a command left running when it ended is let go.
        if let status = child.status {
          report.status = status
          return
        }
        if let asked = askedToEnd {
          if now - asked > Self.grace { child.send(SIGKILL) }
        } else {
          child.send(SIGTERM)
          askedToEnd = now
        }
      }
    }
  }

  private mutating func drain(_ pipeline: Pipeline) {
    ring.drain { bytes, cgroup in
      var isEmitted = false
      let type = pipeline.consume(bytes) { record, activity in
        recorder?.append(.record(record.redacted(as: activity)))
      } deliver: { event in
        counts[Int(event.type.rawValue)] += 1
        let matches = inspection.matches(event, files: pipeline.files)
        if !matches.isEmpty || options.events.contains(event.type) {
          printer?.print(event, matches: matches)
          isEmitted = true
        }
      }
      ledger.count(type, of: cgroup, isEmitted: isEmitted)
    }
  }

  /// Tells of what was lost since the last time, in the stream of events.
  private mutating func reportLosses(_ pipeline: Pipeline) throws {
    let rows = Loss.rows(kernel: try probes.ledger(), undecodable: pipeline.undecodable)
    guard rows != reported else { return }
    let before = Dictionary(uniqueKeysWithValues: reported.map { ($0.key, $0.count) })
    reported = rows
    let new = rows.compactMap { row in
      let count = row.count &- (before[row.key] ?? 0)
      return count == 0 ? nil : Loss.Row(type: row.type, cause: row.cause, count: count)
    }
    let loss = Loss(time: .now, rows: new)
    recorder?.append(.loss(loss))
    printer?.print(loss)
  }

  private mutating func finish(_ pipeline: Pipeline, _ report: inout TraceReport) throws {
    while ring.backlog > 0 { drain(pipeline) }
    try reportLosses(pipeline)
    printer?.flush()
    try recorder?.finish()
    report.losses = reported
    report.matches = options.rules.rules.isEmpty ? nil : inspection.matchCount
    for type in EventType.allCases where options.watched.contains(type) {
      let count = counts[Int(type.rawValue)]
      if count > 0 { report.events[type] = count }
    }
    let kernel = try probes.ledger()
    report.ledger = ledger.rows(kernel: kernel, undecodable: pipeline.undecodable)
    report.cgroups = ledger.cgroupRows(kernel: try probes.cgroupLedger())
    for row in kernel.values { report.probeNS += row.estimatedNS }
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    report.peakMemory = Int(usage.ru_maxrss) * 1024
    report.agentNS = usage.ru_utime.nanoseconds + usage.ru_stime.nanoseconds
    report.outputError = printer?.failure
  }
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
