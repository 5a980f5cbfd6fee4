import Glibc

/// Why the sensor cannot watch.
package enum SensorError: Error, Hashable, CustomStringConvertible {
  /// A system call failed while doing `action`.
  case system(_ action: String, errno: Int32)
  /// libbpf or the verifier refused; `log` holds its last words.
  case refused(_ action: String, errno: Int32, log: String)
  /// The kernel has no type information for itself.
  case noTypeInformation
  /// The kernel would leave out programs at functions at times.
  case leavesOut

  package var description: String {
    switch self {
    case .system(let action, let errno): "cannot \(action): \(message(errno))"
    case .refused(let action, let errno, let log):
      log.isEmpty
        ? "cannot \(action): \(message(errno))" : "cannot \(action): \(message(errno)); the kernel says: \(log)"
    case .leavesOut: "this kernel is preemptible: programs at functions would be left out at times"
    case .noTypeInformation: "this kernel has no BTF (/sys/kernel/btf/vmlinux); build it with CONFIG_DEBUG_INFO_BTF"
    }
  }

  /// Whether more privilege would help.
  package var isPermission: Bool {
    switch self {
    case .system(_, let errno), .refused(_, let errno, _): errno == EPERM || errno == EACCES
    case .noTypeInformation, .leavesOut: false
    }
  }
}

private func message(_ errno: Int32) -> String { unsafe String(cString: strerror(errno)) }
