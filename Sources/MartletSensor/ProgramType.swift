internal import CLibbpf

/// A kind of BPF program, and what it would be good for.
package enum ProgramType: String, CaseIterable, Sendable {
  case rawTracepoint = "raw tracepoint"
  case tracepoint
  case function = "fentry, fexit"
  case kprobe
  case security = "LSM"
  case trafficControl = "tc classifier"
  case perfEvent = "perf event"

  private var number: bpf_prog_type {
    switch self {
    case .rawTracepoint: BPF_PROG_TYPE_RAW_TRACEPOINT
    case .tracepoint: BPF_PROG_TYPE_TRACEPOINT
    case .function: BPF_PROG_TYPE_TRACING
    case .kprobe: BPF_PROG_TYPE_KPROBE
    case .security: BPF_PROG_TYPE_LSM
    case .trafficControl: BPF_PROG_TYPE_SCHED_CLS
    case .perfEvent: BPF_PROG_TYPE_PERF_EVENT
    }
  }

  /// Whether the kernel takes a program of the type that does nothing, from this process.
  package var isAccepted: Bool { libbpf_probe_bpf_prog_type(number, nil) == 1 }

  /// What is not seen without it.
  package var cost: String {
    switch self {
    case .function, .kprobe, .security:
      "nothing inside of calls is seen: the files of refused calls are those that the caller's string led to"
    case .rawTracepoint: Hook.settleAll.cost
    case .tracepoint, .trafficControl, .perfEvent: "no event of today"
    }
  }
}
