extension EventFields {
  static let setxattr = EventFields(
    "setxattr", "An extended attribute of a file was set.",
    [
      .file("setxattr.file", "The file.", .subject),
      .string("setxattr.file.destination.name", "Name of the attribute."),
      .string("setxattr.file.destination.namespace", "The name's part before the first dot, such as \"user\"."),
      .retval("setxattr.retval"),
    ])
}
