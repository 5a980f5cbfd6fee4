import Glibc
package import MartletModel
package import MartletOutbox
package import MartletOutput
package import MartletSensor

/// Why a path names nothing that can be watched.
package typealias ScopeError = CgroupError

/// What `martlet run` does.
package struct AgentOptions: Sendable {
  /// Whose activity is watched.
  package var scope = WatchScope.host
  /// Types of events that are handed on though no rule asked for them.
  package var events: Set<EventType> = []
  /// Bytes of the ring buffer.
  package var ringSize = 16 << 20
  /// How long who fills the ring may be held up at an event.
  package var brake = Duration.microseconds(10)
  /// Which hooks see calls.
  package var hooks = HookSet.auto
  /// Whether the kernel makes no records of what no rule can hold for.
  package var isFiltering = true
  /// How rules may act on processes; `nil`: not at all.
  package var enforcement: EnforcementOptions?
  /// How events are written to standard output, too; `nil`: not at all.
  package var stdout: OutputFormat?
  /// The file of events; `nil`: none.
  package var file: RotatingFile.Options?
  /// The file in which it says that it is alive; `nil`: nowhere.
  package var life: String?
  /// The outbox for `martlet-ship`; `nil`: none.
  package var outbox: OutboxConfiguration?

  /// The control socket; `nil`: none.
  package var control: ControlOptions?

  /// The file of its numbers; `nil`: none.
  package var metrics: String?

  /// How long policies must have been left alone after a change before they are loaded; `nil`: only when it is told to.
  package var policySettling: Duration? = .milliseconds(500)
  /// Whether there are events about the agent itself: rules that were loaded, heartbeats.
  package var tellsOfItself = true
  /// Where a file can come and go, by which it tests itself at the start; `nil`: it does not. In a scope where children of
  /// ours are not, it cannot.
  package var selfTestDirectory: String?
  /// Whether it gives up, once the probes are attached, what it does not need any more.
  package var dropsPrivileges = true

  package init() {}

  /// Watches the cgroup at `path` and all below it.
  mutating func watchCgroup(at path: String) throws(ScopeError) { scope = .cgroup(try Cgroup(path: path)) }
}

extension AgentOptions {
  /// What a configuration says.
  package init(_ configuration: Configuration) throws(ScopeError) {
    self.init()
    let cgroup = configuration.text("scope.cgroup")
    if !cgroup.isEmpty { try watchCgroup(at: cgroup) }
    events = Set(configuration.list("events").compactMap { EventType(name: $0) })
    ringSize = configuration.size("ring.size")
    brake = .microseconds(configuration.number("ring.brake"))
    hooks = HookSet(rawValue: configuration.text("hooks")) ?? hooks
    isFiltering = configuration.truth("filters")
    enforcement = EnforcementOptions(configuration)
    policySettling = configuration.truth("policies.watch") ? configuration.duration("policies.settle") : nil
    tellsOfItself = configuration.truth("reports")
    dropsPrivileges = configuration.truth("privileges.drop")
    stdout = OutputFormat(rawValue: configuration.text("stdout.format"))
    file = RotatingFile.Options(configuration)
    let path = configuration.text("life.path")
    life = path.isEmpty ? unsafe getenv("STATE_DIRECTORY").map { unsafe String(cString: $0) + "/alive" } : path
    outbox = OutboxConfiguration(configuration)
    let socket = configuration.text("control.path")
    control = socket.isEmpty ? nil : ControlOptions(path: socket, group: configuration.text("control.group"))
    metrics = configuration.text("metrics.path")
    if metrics == "" { metrics = socket.lastIndex(of: "/").map { socket[...$0] + "metrics.prom" } }
    if metrics == "off" { metrics = nil }
    if configuration.truth("self_test"), scope == .host {
      let path = file?.path ?? "/run/"
      selfTestDirectory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    }
  }
}

extension RotatingFile.Options {
  /// What a configuration says; `nil` where there is to be no file.
  init?(_ configuration: Configuration) {
    self.init(path: configuration.text("file.path"))
    guard !path.isEmpty else { return nil }
    largest = configuration.size("file.max_size")
    let age = configuration.duration("file.max_age")
    oldest = age == .zero ? nil : age
    kept = configuration.number("file.keep")
    isCompressed = configuration.truth("file.compress")
    sync = Sync(rawValue: configuration.text("file.sync")) ?? sync
  }
}

extension OutboxConfiguration {
  /// What a configuration says; `nil` where there is to be no outbox.
  init?(_ configuration: Configuration) {
    let path = configuration.text("outbox.path")
    guard !path.isEmpty else { return nil }
    self.init(
      directory: path, cursors: configuration.text("outbox.cursors"), limit: configuration.size("outbox.max_size"),
      queueLimit: configuration.size("outbox.queue"))
    whenFull = WhenFull(rawValue: configuration.text("outbox.when_full")) ?? whenFull
    sync =
      switch configuration.text("outbox.sync") {
      case "always": .always
      case "never": .never
      default: .every(milliseconds: 1000)
      }
  }
}
