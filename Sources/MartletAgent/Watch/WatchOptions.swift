package import MartletModel
package import MartletRules
package import MartletSensor

/// Which hooks see calls.
package typealias WatchHooks = HookSet

/// What to watch, and what for.
package struct WatchOptions: Sendable {
  /// Whose activity.
  package var scope: WatchScope
  /// What is handed on though no rule asked for it. Process lifetimes are followed in any case.
  package var events: Set<EventType>
  /// What is looked at though no rule asked for it and nothing is handed on.
  var observed: Set<EventType> = []
  /// What is asked of each event.
  package var rules: RuleSet
  /// What the workload is known for, or is to be.
  package var profile: WorkloadProfile?
  /// How rules may act on processes; `nil`: not at all.
  package var enforcement: EnforcementOptions?
  /// Where `log` actions of rules write to.
  package var log: ServiceLog?
  /// Bytes of the ring buffer.
  package var ringSize: Int
  /// How long who fills the ring may be held up at an event.
  package var brake = Duration.zero
  /// Which hooks see calls.
  package var hooks = HookSet.auto
  /// Whether the kernel makes no records of what no rule can hold for and nobody wants to see.
  package var isFiltering = true
  /// Whether other rules may be asked later: then the probes of all types are loaded.
  package var mayChangeRules = false

  package init(
    scope: WatchScope = .tree, events: Set<EventType> = EventType.standard, rules: RuleSet = .empty,
    profile: WorkloadProfile? = nil, ringSize: Int = 8 << 20
  ) {
    self.scope = scope
    self.events = events
    self.rules = rules
    self.profile = profile
    self.ringSize = ringSize
  }

  /// What the kernel is to let through.
  var filters: [EventType: EventFilter] { FilterPlan(rules, shown: shown).filters }

  /// What is handed on, looked at or compared with the profile, whatever rules ask.
  var shown: Set<EventType> { events.union(observed).union(profile == nil ? [] : WorkloadProfile.types) }

  /// What is handed on, looked at, asked about by a rule, or compared with the profile.
  package var watched: Set<EventType> { shown.union(rules.eventTypes) }
}

extension RuleSet {
  /// The types of events that rules ask about.
  var eventTypes: Set<EventType> { Set(questions.keys.compactMap { EventType(name: $0) }) }
}
