extension Activity {
  /// The system calls that a process made and that its image had not made before.
  package struct SystemCallUse {
    /// Numbers of the architecture's own table, rising.
    package var numbers: [UInt16]

    package init(numbers: [UInt16]) { self.numbers = numbers }
  }
}
