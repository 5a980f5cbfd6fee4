import MartletModel

/// How both formats write what a process set, of itself or of the kernel.
extension ScreenLine {
  /// Whom a signal is for.
  mutating func add(targetOf signal: Activity.Signal, _ event: Event) {
    if signal.target == -1 {
      add("all processes")
    } else if signal.target < 0 {
      add("process group \(-Int(signal.target))")
    } else {
      add(process: event.target, pid: UInt32(signal.target))
    }
  }

  mutating func add(_ prctl: Activity.Prctl) {
    add(prctlOptions.name(prctl.option))
    guard !prctl.name.isEmpty else { return }
    add(" ")
    add(word: prctl.name)
    if prctl.isNameCut { add(" (cut)", .dim) }
  }

  mutating func add(_ option: Activity.Setsockopt) {
    let level = socketLevels.name(option.level)
    add(level == "SOL_SOCKET" ? socketOptions.name(option.option) : "\(level) option \(option.option)")
    if let filter = option.filter { add(" \(filter.count) instructions", .dim) }
  }

  mutating func add(_ sysctl: Activity.Sysctl) {
    add(word: sysctl.name.text)
    add(" = ", .dim)
    if sysctl.isWrite {
      add(word: sysctl.oldValue.text)
      add(" → ", .dim)
    }
    add(word: sysctl.value.text)
  }
}

/// The limit in force, and the most that it may be raised to.
func limitText(_ limit: Activity.Setrlimit) -> String {
  func text(_ value: UInt64) -> String { value == .max ? "unlimited" : String(value) }
  return text(limit.current) + ", at most " + text(limit.maximum)
}
