import MartletModel

/// Notices changes of settings of the kernel that decide what can be traced, or that say that code was put into it.
struct SettingWatch {
  private struct Setting {
    let path: String
    /// As it was at the start, or what was told last.
    var value: String
  }

  private var switches: [Setting]
  private var taints: Setting?

  /// The program behind an attachment can be switched off by the first three, and be slowed down by the last.
  static let switches = [
    "/proc/sys/kernel/ftrace_enabled", "/sys/kernel/tracing/tracing_on", "/proc/sys/kernel/perf_event_paranoid",
    "/proc/sys/kernel/perf_cpu_time_max_percent", "/proc/sys/net/core/bpf_jit_enable",
  ]
  static let taints = "/proc/sys/kernel/tainted"
  /// Of the kernel's taint flags those of modules that were forced, are from out of its tree or are not signed, and of
  /// live patches. The others tell of its own mishaps.
  private static let strangeCode: UInt64 = 1 << 1 | 1 << 12 | 1 << 13 | 1 << 15

  /// Takes down how the settings in the files `switches` and `taints` are; what does not exist is not watched.
  init(switches: [String] = Self.switches, taints: String = Self.taints) {
    self.switches = switches.compactMap { path in firstLine(of: path).map { Setting(path: path, value: $0) } }
    self.taints = firstLine(of: taints).map { Setting(path: taints, value: $0) }
  }

  /// What differs from the start.
  mutating func look() -> [Disturbance] {
    var found = switches.compactMap { setting -> Disturbance? in
      let value = firstLine(of: setting.path)
      guard value != setting.value else { return nil }
      return Disturbance(.settingChanged, .lasting, subject: setting.path, detail: value ?? "")
    }
    if let before = taints, let value = firstLine(of: before.path) {
      taints?.value = value
      // A taint is never taken back: it is told once.
      if (UInt64(value) ?? 0) & Self.strangeCode & ~(UInt64(before.value) ?? 0) != 0 {
        found.append(Disturbance(.settingChanged, .past, subject: before.path, detail: value))
      }
    }
    return found
  }
}

private func firstLine(of path: String) -> String? {
  contents(of: path).map { String(decoding: $0.prefix { $0 != 0x0a }, as: UTF8.self) }
}
