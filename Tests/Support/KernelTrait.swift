import Foundation
import Glibc
package import Testing

/// Whether this machine lets its kernel be traced.
package enum Kernel {
  /// Why not.
  package static let lack: String? =
    if geteuid() != 0 {
      "tracing the kernel needs root"
    } else if !FileManager.default.fileExists(atPath: "/sys/kernel/btf/vmlinux") {
      "this kernel has no type information (BTF)"
    } else {
      nil
    }

  /// With `MARTLET_REQUIRE_KERNEL=1` what cannot run here fails instead of being left out.
  package static let isRequired = ProcessInfo.processInfo.environment["MARTLET_REQUIRE_KERNEL"] == "1"
}

extension Trait where Self == ConditionTrait {
  /// Needs a kernel that may be traced.
  package static var kernel: Self { .enabled(if: Kernel.isRequired || Kernel.lack == nil, "\(Kernel.lack ?? "")") }

  /// Mounts a disk of its own, which root may.
  package static var root: Self { .enabled(if: Kernel.isRequired || geteuid() == 0, "mounting a disk needs root") }
}
