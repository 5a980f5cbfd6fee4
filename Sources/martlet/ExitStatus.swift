/// The statuses that every command keeps to; `docs/reference/exit-statuses.md` tells them to users.
enum ExitStatus {
  /// Something was found wrong with what was examined.
  static let failure: Int32 = 1
  /// The input or the output could not be used at all.
  static let unusable: Int32 = 2
  /// Privilege or kernel do not allow it.
  static let noPrivilege: Int32 = 77
}
