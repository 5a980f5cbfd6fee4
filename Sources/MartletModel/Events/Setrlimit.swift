extension Activity {
  /// A limit of a process was set.
  package struct Setrlimit: BitwiseCopyable {
    /// `RLIMIT_*`
    package var resource: UInt32
    /// The limit in force; all bits: no limit.
    package var current: UInt64
    /// The most that the process may raise it to.
    package var maximum: UInt64
    /// Whose limit it is: tgid in the initial pid namespace; 0 if unknown.
    package var target: UInt32

    package init(resource: UInt32, current: UInt64, maximum: UInt64, target: UInt32) {
      self.resource = resource
      self.current = current
      self.maximum = maximum
      self.target = target
    }
  }
}
