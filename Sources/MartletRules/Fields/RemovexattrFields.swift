extension EventFields {
  static let removexattr = EventFields(
    "removexattr", "An extended attribute of a file was removed.",
    [
      .file("removexattr.file", "The file.", .subject),
      .string("removexattr.file.destination.name", "Name of the attribute."),
      .string("removexattr.file.destination.namespace", "The name's part before the first dot, such as \"user\"."),
      .retval("removexattr.retval"),
    ])
}
