extension Activity {
  /// A request of ptrace(2).
  package struct Ptrace: BitwiseCopyable {
    /// `PTRACE_*`; any number that the caller passed.
    package var request: Int64
    /// The address argument.
    package var address: UInt64
    /// tgid of the traced process in the initial pid namespace; 0 where none was named or found.
    package var tracee: UInt32

    package init(request: Int64, address: UInt64, tracee: UInt32) {
      self.request = request
      self.address = address
      self.tracee = tracee
    }
  }
}
