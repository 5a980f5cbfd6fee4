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

  /// Whether the kernel that runs is of this release or a later one.
  package static func isSince(_ major: Int, _ minor: Int) -> Bool {
    let release = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
    let numbers = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
    // One whose release cannot be read has to show what it can.
    return numbers.count < 2 || (numbers[0], numbers[1]) >= (major, minor)
  }

  /// The options of a trace that uses the set of hooks that `MARTLET_HOOKS` names. It is a setting of `martlet run`, too.
  package static let hooks = ProcessInfo.processInfo.environment["MARTLET_HOOKS"].map { ["--hooks", $0] } ?? []

  /// Whether a trace with these options hooks functions inside of calls.
  package static var seesInside: Bool { hooks.contains("functions") }

  /// With `MARTLET_REQUIRE_KERNEL=1` what cannot run here fails instead of being left out.
  package static let isRequired = ProcessInfo.processInfo.environment["MARTLET_REQUIRE_KERNEL"] == "1"
}

extension Trait where Self == ConditionTrait {
  /// Needs a kernel that may be traced.
  package static var kernel: Self { .enabled(if: Kernel.isRequired || Kernel.lack == nil, "\(Kernel.lack ?? "")") }

  /// Needs what kernels have since a release; what is missing before, the reference tells.
  package static func since(_ major: Int, _ minor: Int, _ what: String) -> Self {
    .enabled(if: Kernel.isSince(major, minor), "\(what): since \(major).\(minor)")
  }

  /// Is about a whole machine, which `scripts/in-kernel` says that this one is for.
  package static var guest: Self {
    let isGuest = ProcessInfo.processInfo.environment["MARTLET_GUEST"] == "1"
    return .enabled(if: isGuest, "it is about a whole machine, so that guests run it: scripts/matrix")
  }

  /// Mounts a disk of its own, which root may.
  package static var root: Self { .enabled(if: Kernel.isRequired || geteuid() == 0, "mounting a disk needs root") }
}
