extension Activity {
  /// A mapping that a process asked for. The activity's result is its address, or a negated errno.
  package struct Mmap {
    /// What is mapped; `nil` for anonymous memory.
    package var file: FileIdentity?
    /// Bytes, as asked.
    package var length: UInt64
    /// Where in the file the mapping begins, in bytes.
    package var offset: UInt64
    /// `PROT_*`.
    package var protection: UInt32
    /// `MAP_*`.
    package var flags: UInt32

    package init(file: FileIdentity?, length: UInt64, offset: UInt64, protection: UInt32, flags: UInt32) {
      self.file = file
      self.length = length
      self.offset = offset
      self.protection = protection
      self.flags = flags
    }
  }
}
