import MartletModel

/// Whether SELinux enforces its policy, as far as writes to its files told.
struct Enforcement {
  private var isDisabled = false
  private var isEnforcing: Bool?

  /// The status after a write; `nil` where the write changes none, or where none is known yet.
  ///
  /// What is no number changes nothing. A policy that was switched off stays off until the next boot.
  mutating func status(after change: Activity.SELinux.Change) -> Activity.SELinux.Status? {
    switch change {
    case .boolean, .commit: return nil
    case .enforce(let wanted): isEnforcing = wanted ?? isEnforcing
    case .disable(let wanted): isDisabled = isDisabled || wanted == true
    }
    return isDisabled ? .disabled : isEnforcing.map { $0 ? .enforcing : .permissive }
  }
}
