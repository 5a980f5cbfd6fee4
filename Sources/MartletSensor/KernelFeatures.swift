import CLinux
import Glibc

/// What this kernel, mostly by its own type information, offers beyond what every probe needs.
package struct KernelFeatures: Sendable {
  /// Something that a probe profits from.
  package enum Feature: String, CaseIterable, Sendable {
    case execBegin = "btf_trace_sched_prepare_exec"
    case ioUring = "btf_trace_io_uring_complete"
    case ioUringSubmission = "btf_trace_io_uring_submit_req"
    case taskWork = "btf_trace_io_uring_task_work_run"
    case localWork = "btf_trace_io_uring_local_work_run"
    case changeTime = "btf_trace_inode_set_ctime_to_ts"
    case modules = "btf_trace_module_load"
    /// Overlayfs as a part of the kernel; as a module it has type information of its own.
    case overlay = "ovl_inode"
    /// Gives a number the type of a pointer (6.2).
    case cast = "bpf_rdonly_cast"
    case taskFromPID = "bpf_task_from_pid"
    case taskFromVirtualPID = "bpf_task_from_vpid"
    /// bpf_dynptr_from_skb is older than the leave that tracepoints have to call it. Nothing tells of that leave, but this
    /// function came with it, in 6.12.
    case packetPages = "bpf_copy_from_user_str"
    /// Control groups of version 2, which programs can be attached to. No name tells: they have to be mounted.
    case controlGroups = "cgroup2"
  }

  private let names: Set<String>

  /// Asks the running kernel.
  package init() throws(SensorError) { self.init(try KernelTypes()) }

  init(_ kernel: KernelTypes) {
    var names = Set(Feature.allCases.map(\.rawValue).filter(kernel.has))
    let group = clinux_open_control_group()
    if group >= 0 {
      close(group)
      names.insert(Feature.controlGroups.rawValue)
    } else {
      names.remove(Feature.controlGroups.rawValue)
    }
    self.names = names
  }

  /// Whether SELinux runs. Where it does not there is no file of it, and each write would be looked at in vain.
  package static var hasSELinux: Bool { unsafe access("/sys/fs/selinux", F_OK) == 0 }

  package func has(_ feature: Feature) -> Bool { names.contains(feature.rawValue) }
}
