/// How an event compares with what is known of the workload that it is of.
package struct ProfileFinding: Sendable {
  /// What a profile makes of events of a type: `event_type_state`.
  package enum State: String, Sendable {
    /// It knows nothing of the type.
    case noProfile = "no_profile"
    /// It takes in what it does not know.
    case learning = "auto_learning"
    /// It was learning and has no room for more.
    case atMaxSize = "profile_at_max_size"
    /// What it does not know is an anomaly.
    case stable = "stable_event_type"
  }

  package let profile: ProfileName
  package let state: State
  /// Whether the profile knows the event, or has just learnt it.
  package let isKnown: Bool

  package init(profile: ProfileName, state: State, isKnown: Bool) {
    self.profile = profile
    self.state = state
    self.isKnown = isKnown
  }

  /// Whether the event is one that its workload is not known for.
  package var isAnomaly: Bool { state == .stable && !isKnown }
}

/// What a profile is called.
package struct ProfileName: Hashable, Sendable {
  package var name: String
  package var version: String
  /// Of the workload, as `key:value`.
  package var tags: [String]

  package init(name: String, version: String, tags: [String]) {
    self.name = name
    self.version = version
    self.tags = tags
  }
}
