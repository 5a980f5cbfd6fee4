/// The names of the users in a file like `/etc/passwd`.
package struct UserDatabase: Hashable, Sendable {
  private let names: AccountNames

  /// Reads the text of the file; lines that are not of the shape of `passwd(5)` are left out.
  package init(passwd text: Span<UInt8>) {
    names = AccountNames(text)
  }

  /// The name of the user with this id, in the user namespace that the file was written for.
  package subscript(uid: UInt32) -> String? { names[uid] }
}
