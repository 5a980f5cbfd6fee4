package import MartletModel
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
  /// The file of events; `nil`: none.
  package var file: RotatingFile.Options?

  package init() {}

  /// Watches the cgroup at `path` and all below it.
  package mutating func watchCgroup(at path: String) throws(ScopeError) { scope = .cgroup(try Cgroup(path: path)) }
}
