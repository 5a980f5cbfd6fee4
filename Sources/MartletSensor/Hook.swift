package import MartletModel

/// A place in the kernel where a probe hooks.
package enum Hook: String, CaseIterable, Sendable {
  case fork = "martlet_fork"
  case exec = "martlet_exec"
  case execBegin = "martlet_exec_begin"
  case settleAll = "martlet_settle_all"  // before `exit`, which is the last of a process
  case exit = "martlet_exit"
  case systemCall = "martlet_syscall"
  case systemCallEntry = "martlet_syscall_entry"
  case changeTime = "martlet_ctime_set"
  case changeTimeSwap = "martlet_ctime_swap"
  case changeTimeSame = "martlet_ctime_same"
  case ioUring = "martlet_io_uring"
  case ioUringSubmission = "martlet_io_uring_submission"
  case taskWork = "martlet_task_work"
  case localWork = "martlet_local_work"
  case moduleLoad = "martlet_module_load"
  case moduleFree = "martlet_module_free"
  case packetOut = "martlet_packet_out"
  case packetWaiting = "martlet_packet_waiting"
  case packetIn = "martlet_packet_in"
  case usage = "martlet_usage"
  case cgroupAttach = "martlet_cgroup_attach"
  case sysctl = "martlet_sysctl"

  /// What runs there.
  package var program: String { isPlain ? "martlet_settle" : rawValue }

  /// Whether its program was loaded for no place in particular.
  var isPlain: Bool { self == .settleAll || self == .taskWork || self == .localWork }

  /// Its place as libbpf writes it.
  package var section: String {
    if self == .sysctl { return tracepoint }
    return (isPlain ? "raw_tp/" : "tp_btf/") + tracepoint
  }

  /// The kernel's name of it.
  var tracepoint: String {
    switch self {
    case .fork: "sched_process_fork"
    case .exec: "sched_process_exec"
    case .execBegin: "sched_prepare_exec"
    case .exit, .settleAll: "sched_process_exit"
    case .systemCall: "sys_exit"
    case .systemCallEntry: "sys_enter"
    case .changeTime: "inode_set_ctime_to_ts"
    case .changeTimeSwap: "ctime_ns_xchg"
    case .changeTimeSame: "ctime_xchg_skip"
    case .ioUring: "io_uring_complete"
    case .ioUringSubmission: "io_uring_submit_req"
    case .taskWork: "io_uring_task_work_run"
    case .localWork: "io_uring_local_work_run"
    case .moduleLoad: "module_load"
    case .moduleFree: "module_free"
    case .packetOut: "net_dev_queue"
    case .packetWaiting: "neigh_event_send_done"
    case .packetIn: "netif_receive_skb"
    case .usage: "sys_enter"
    case .cgroupAttach: "cgroup_attach_task"
    case .sysctl: "cgroup/sysctl"
    }
  }

  /// What the kernel must offer for it, beyond what every kernel does that we support.
  package var feature: KernelFeatures.Feature? {
    switch self {
    case .fork, .exec, .exit, .settleAll, .systemCall, .systemCallEntry, .packetOut, .packetWaiting, .packetIn, .usage,
      .cgroupAttach:
      nil
    case .sysctl: .controlGroups
    case .execBegin: .execBegin
    case .changeTime, .changeTimeSwap, .changeTimeSame: .changeTime
    case .ioUring: .ioUring
    case .ioUringSubmission: .ioUringSubmission
    case .taskWork: .taskWork
    case .localWork: .localWork
    case .moduleLoad, .moduleFree: .modules
    }
  }

  /// Whether tracing makes sense without it.
  package var isRequired: Bool {
    switch self {
    case .fork, .exec, .exit, .systemCall: true
    case .settleAll, .taskWork, .localWork, .execBegin, .systemCallEntry, .changeTime, .changeTimeSwap, .changeTimeSame,
      .ioUring, .ioUringSubmission,
      .moduleLoad, .moduleFree, .packetOut, .packetWaiting, .packetIn, .usage, .cgroupAttach, .sysctl:
      false
    }
  }

  /// The events that it is attached for, where it makes them itself and has no programs to jump to.
  var events: Set<EventType> {
    switch self {
    case .fork, .exec, .execBegin, .exit, .settleAll, .systemCall, .systemCallEntry, .changeTime, .changeTimeSwap,
      .changeTimeSame, .ioUring, .ioUringSubmission, .taskWork, .localWork, .moduleLoad, .moduleFree:
      []
    case .packetOut, .packetWaiting: [.dns, .imds]
    case .packetIn: [.imds]
    case .usage: [.syscalls]
    case .cgroupAttach: [.cgroupWrite]
    case .sysctl: [.sysctl]
    }
  }

  /// The events by which one can tell that it was hit; none for a hook that shares all of its with others.
  package var told: Set<EventType> {
    switch self {
    case .fork: [.fork]
    case .exec: [.exec]
    case .exit: [.exit]
    case .systemCall: Set(systemCalls.map(\.event))
    case .moduleLoad: [.loadModule]
    case .packetOut, .packetIn, .usage, .cgroupAttach, .sysctl: events
    case .execBegin, .settleAll, .systemCallEntry, .changeTime, .changeTimeSwap, .changeTimeSame, .ioUring,
      .ioUringSubmission, .taskWork, .localWork, .moduleFree, .packetWaiting:
      []
    }
  }

  /// What is not seen where it is missing.
  package var cost: String {
    switch self {
    case .fork: "no process can be followed: no tracing"
    case .exec: "no exec, and no image of any process: no tracing"
    case .execBegin: "no span of a thread that execs"
    case .exit: "no exit, and no end of a session: no tracing"
    case .systemCall: "no event of any system call: no tracing"
    case .systemCallEntry: "no state of a file before the call that changes or removes it, no mount, no umount"
    case .changeTime, .changeTimeSwap, .changeTimeSame:
      "file paths of chmod, unlink and the like are proven by the change time alone"
    case .ioUring: "nothing that goes through io_uring"
    case .ioUringSubmission: "no event of a file that io_uring changes or removes"
    case .settleAll: "some of what goes through io_uring without a completion"
    case .taskWork, .localWork: "what goes through io_uring without a completion is seen when its process ends"
    case .moduleLoad: "no name of a module that is loaded"
    case .moduleFree: "no name of a module whose loading failed late"
    case .packetOut: "no dns, no imds"
    case .packetWaiting: "no owner of a packet that waits for the address of a neighbour: it is not seen"
    case .packetIn: "no response of an imds event"
    case .usage: "no syscalls event"
    case .cgroupAttach: "of a cgroup_write only the number that the caller's memory holds"
    case .sysctl: "no sysctl event"
    }
  }
}
