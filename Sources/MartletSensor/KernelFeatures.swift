internal import CLibbpf

/// What this kernel's own type information says it offers.
@safe package struct KernelFeatures: ~Copyable {
  /// Something that a probe needs or profits from.
  package enum Feature: String, CaseIterable, Sendable {
    case ioUring = "io_uring_complete"
    case taskFromVirtualPID = "bpf_task_from_vpid"
    case readOnlyCast = "bpf_rdonly_cast"
  }

  private let btf: OpaquePointer

  package init() throws(SensorError) {
    guard let btf = unsafe btf__load_vmlinux_btf() else { throw .noTypeInformation }
    unsafe self.btf = btf
  }

  deinit { unsafe btf__free(btf) }

  package func has(_ feature: Feature) -> Bool {
    switch feature {
    case .taskFromVirtualPID, .readOnlyCast: has(feature.rawValue, kind: BTF_KIND_FUNC)
    case .ioUring:
      has("btf_trace_" + feature.rawValue, kind: BTF_KIND_TYPEDEF)
    }
  }

  private func has(_ name: String, kind: Int) -> Bool {
    unsafe btf__find_by_name_kind(btf, name, UInt32(kind)) > 0
  }
}
