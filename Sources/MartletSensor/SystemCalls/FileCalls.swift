internal import CLinux
internal import CMartletABI
import MartletModel

/// What is done to files.
#if arch(x86_64)
  let fileCalls: [SystemCall] = [
    SystemCall(event: .open, handler: MARTLET_HANDLER_OPEN, native: SYS_open, compat: 5),
    SystemCall(event: .open, handler: MARTLET_HANDLER_OPENAT, native: SYS_openat, compat: 295),
    SystemCall(event: .open, handler: MARTLET_HANDLER_OPENAT2, native: SYS_openat2, compat: 437),
    SystemCall(event: .open, handler: MARTLET_HANDLER_CREAT, native: SYS_creat, compat: 8),
    SystemCall(
      event: .open, handler: MARTLET_HANDLER_OPEN_BY_HANDLE_AT, native: SYS_open_by_handle_at, compat: 342),
    SystemCall(event: .open, handler: MARTLET_HANDLER_TRUNCATE, native: SYS_truncate, compat: 92),
    SystemCall(event: .open, handler: MARTLET_HANDLER_TRUNCATE, native: nil, compat: 193),
  ]
#endif

let fileOperations: [RingOperation] = [
  RingOperation(event: .open, handler: MARTLET_HANDLER_OPENAT, opcode: 18),
  RingOperation(event: .open, handler: MARTLET_HANDLER_OPENAT2, opcode: 28),
]
