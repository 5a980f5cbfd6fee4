extension Activity {
  /// A write to a file that steers SELinux.
  package struct SELinux {
    /// What the write is meant to change.
    package enum Change: Hashable, Sendable {
      /// `nil` where the text is no number.
      case boolean(name: String, isOn: Bool?)
      /// The wanted state; `nil` where the text is no number.
      case enforce(Bool?)
      case disable(Bool?)
      case commit(Bool)
    }

    /// Whether the policy is in force, as far as writes told.
    package enum Status: String, Hashable, Sendable {
      case enforcing, permissive, disabled
    }

    /// The node that was written to.
    package var file: FileIdentity
    package var change: Change
    /// After the write, for `enforce` and `disable`; the context adds it. `nil` where nothing has told it yet.
    package var status: Status?

    package init(file: FileIdentity, change: Change, status: Status? = nil) {
      self.file = file
      self.change = change
      self.status = status
    }
  }
}
