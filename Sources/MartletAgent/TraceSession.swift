import Glibc
import MartletModel
package import MartletOutput

/// What `martlet trace` and `martlet record` do.
package struct TraceOptions: Sendable {
  /// Program and arguments; the program is found as a shell finds it.
  package var command: [String]
  /// What is told of it.
  package var watch: WatchOptions
  /// How long to watch at most; the command is then asked to end.
  package var duration: Duration?

  package init(command: [String], watch: WatchOptions = WatchOptions(), duration: Duration? = nil) {
    self.command = command
    self.watch = watch
    self.duration = duration
  }
}

/// Watches one command and all that descends from it, from its first exec to the end of the last process.
package struct TraceSession: ~Copyable {
  private let options: TraceOptions
  private var watch: Watch
  private let sink: (any FinalSink)?

  /// How long a command whose time is over has to end by itself.
  private static let grace = Duration.seconds(2)

  /// Loads the probes. Events go to `sink`, records to the recording at `recordTo`; either may be absent.
  package init(_ options: TraceOptions, sink: (any FinalSink)?, recordTo path: String? = nil) throws {
    self.options = options
    self.sink = sink
    var watch = try Watch(options.watch, sinks: sink.map { [$0] } ?? [], recordTo: path)
    try watch.attach()
    self.watch = watch
  }

  /// Runs the command to its end.
  package mutating func run() throws -> TraceReport {
    let signals = try SignalSource([SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGCONT])
    let poller = try Poller([watch.descriptor, signals.descriptor])
    var child = try HeldCommand(options.command)
    // From here on the command is being watched; it has not run an instruction of its own.
    try watch.admit(pid: child.pid)
    // The command must not starve us: an event that is not read in time is lost.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10)
    watch.seed(pid: child.pid)

    let execError = child.release()
    let status = try follow(&child, signals, poller)
    watch.detach()
    while watch.backlog > 0 { watch.drain() }
    try watch.finish()
    sink?.finish()
    var report = watch.report()
    report.status = status
    report.execError = execError
    report.outputError = sink?.failure
    return report
  }

  /// Follows it to the end of all that descends from it, or of the time. Returns its status.
  private mutating func follow(
    _ child: inout HeldCommand, _ signals: borrowing SignalSource, _ poller: borrowing Poller
  ) throws -> Int32 {
    let started = Moment.now
    var lastTick = started
    var askedToEnd: Moment?
    while true {
      poller.wait(milliseconds: 10)
      for signal in signals.pending() {
        switch signal.number {
        case SIGCHLD: child.reap()
        case SIGCONT: watch.wasContinued(by: signal)
        // The terminal tells the whole foreground group, so the command knows; what was sent to us alone is passed on.
        default: if !signal.isFromKernel { child.send(signal.number) }
        }
      }
      watch.drain()
      watch.lookAfterSelf()
      let now = Moment.now
      if now - lastTick > .seconds(1) {
        lastTick = now
        watch.tick()
      }
      watch.flush()
      if let status = child.status, !watch.hasLiving { return status }
      if let duration = options.duration, now - started > duration {
        // What a command left running when it ended is let go.
        if let status = child.status { return status }
        if let asked = askedToEnd {
          if now - asked > Self.grace { child.send(SIGKILL) }
        } else {
          child.send(SIGTERM)
          askedToEnd = now
        }
      }
    }
  }
}
