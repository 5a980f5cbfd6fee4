extension Activity {
  /// A module of the kernel that was to be loaded or unloaded.
  package struct Module {
    /// As the kernel spells it; `""` where a load failed before the kernel knew.
    package var name: String
    /// The module's file; `nil` for an image in memory, and for an unload.
    package var file: FileIdentity?
    package var isFromMemory: Bool
    /// The parameters, split at blanks.
    package var arguments: [String]
    package var argumentsTruncated: Bool

    package init(
      name: String, file: FileIdentity?, isFromMemory: Bool, arguments: [String], argumentsTruncated: Bool
    ) {
      self.name = name
      self.file = file
      self.isFromMemory = isFromMemory
      self.arguments = arguments
      self.argumentsTruncated = argumentsTruncated
    }
  }
}
