import MartletModel

extension EventFields {
  static let removexattr = EventFields(
    "removexattr", "An extended attribute of a file was removed.",
    [
      .file("removexattr.file", "The file.", .subject),
      .string("removexattr.file.destination.name", "Name of the attribute, such as \"user.comment\".") {
        $0.event.activity.change?.attribute ?? ""
      },
      .string("removexattr.file.destination.namespace", "The name's part before the first dot, such as \"user\".") {
        $0.event.activity.change?.attributeNamespace ?? ""
      },
      .retval("removexattr.retval"),
    ])
}
