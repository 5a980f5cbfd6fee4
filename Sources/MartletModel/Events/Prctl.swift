extension Activity {
  /// A thread changed or asked for an attribute of itself or of its process.
  package struct Prctl {
    /// `PR_*`
    package var option: UInt32
    /// What the thread is called since, where it gave itself a name; else `""`.
    package var name: String
    /// The name that it gave is longer than the kernel keeps.
    package var isNameCut: Bool

    package init(option: UInt32, name: String = "", isNameCut: Bool = false) {
      self.option = option
      self.name = name
      self.isNameCut = isNameCut
    }
  }
}
