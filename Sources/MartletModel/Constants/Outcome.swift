/// How the activity that an event tells of ended.
package enum Outcome: String, Hashable, Sendable, CaseIterable {
  case success = "Success"
  /// The kernel denied it for lack of permission.
  case refused = "Refused"
  /// It failed for another reason.
  case error = "Error"

  /// Tells it from what a system call returned: a negative number is an error number of `errno(3)`, negated.
  package init(returnValue: Int64) {
    let notPermitted: Int64 = -1  // EPERM
    let accessDenied: Int64 = -13  // EACCES
    switch returnValue {
    case 0...: self = .success
    case notPermitted, accessDenied: self = .refused
    default: self = .error
    }
  }
}
