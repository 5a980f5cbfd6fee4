/// The names of the groups in a file like `/etc/group`.
package struct GroupDatabase: Hashable, Sendable {
  private let names: AccountNames

  /// Reads the text of the file; lines that are not of the shape of `group(5)` are left out.
  package init(group text: Span<UInt8>) {
    names = AccountNames(text)
  }

  /// The name of the group with this id, in the user namespace that the file was written for.
  package subscript(gid: UInt32) -> String? { names[gid] }

  /// The lowest id that the name is of.
  package func gid(of name: String) -> UInt32? { names.id(of: name) }
}
