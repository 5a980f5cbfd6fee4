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
    SystemCall(event: .open, handler: MARTLET_HANDLER_TRUNCATE, program: "truncate", native: SYS_truncate, compat: 92),
    SystemCall(event: .open, handler: MARTLET_HANDLER_TRUNCATE, program: "truncate", native: nil, compat: 193),
    change(.mkdir, MARTLET_HANDLER_MKDIR, native: SYS_mkdir, compat: 39),
    change(.mkdir, MARTLET_HANDLER_MKDIRAT, native: SYS_mkdirat, compat: 296),
    change(.rmdir, MARTLET_HANDLER_RMDIR, native: SYS_rmdir, compat: 40),
    change(.unlink, MARTLET_HANDLER_UNLINK, native: SYS_unlink, compat: 10),
    change(.unlink, MARTLET_HANDLER_UNLINKAT, native: SYS_unlinkat, compat: 301),
    change(.rmdir, MARTLET_HANDLER_UNLINKAT, native: SYS_unlinkat, compat: 301),
    change(.link, MARTLET_HANDLER_LINK, native: SYS_link, compat: 9),
    change(.link, MARTLET_HANDLER_LINKAT, native: SYS_linkat, compat: 303),
    change(.rename, MARTLET_HANDLER_RENAME, native: SYS_rename, compat: 38),
    change(.rename, MARTLET_HANDLER_RENAMEAT, native: SYS_renameat, compat: 302),
    change(.rename, MARTLET_HANDLER_RENAMEAT2, native: SYS_renameat2, compat: 353),
    change(.chmod, MARTLET_HANDLER_CHMOD, native: SYS_chmod, compat: 15),
    change(.chmod, MARTLET_HANDLER_FCHMOD, native: SYS_fchmod, compat: 94),
    change(.chmod, MARTLET_HANDLER_FCHMODAT, native: SYS_fchmodat, compat: 306),
    change(.chmod, MARTLET_HANDLER_FCHMODAT2, native: 452, compat: 452),
    change(.chown, MARTLET_HANDLER_CHOWN, native: SYS_chown, compat: 212),
    change(.chown, MARTLET_HANDLER_LCHOWN, native: SYS_lchown, compat: 198),
    change(.chown, MARTLET_HANDLER_FCHOWN, native: SYS_fchown, compat: 207),
    change(.chown, MARTLET_HANDLER_FCHOWNAT, native: SYS_fchownat, compat: 298),
    change(.chown, MARTLET_HANDLER_CHOWN16, native: nil, compat: 182),
    change(.chown, MARTLET_HANDLER_LCHOWN16, native: nil, compat: 16),
    change(.chown, MARTLET_HANDLER_FCHOWN16, native: nil, compat: 95),
    change(.utimes, MARTLET_HANDLER_UTIME, native: SYS_utime, compat: 30),
    change(.utimes, MARTLET_HANDLER_UTIMES, native: SYS_utimes, compat: 271),
    change(.utimes, MARTLET_HANDLER_FUTIMESAT, native: SYS_futimesat, compat: 299),
    change(.utimes, MARTLET_HANDLER_UTIMENSAT, native: SYS_utimensat, compat: 320),
    change(.utimes, MARTLET_HANDLER_UTIMENSAT64, native: nil, compat: 412),
    change(.setxattr, MARTLET_HANDLER_SETXATTR, native: SYS_setxattr, compat: 226),
    change(.setxattr, MARTLET_HANDLER_LSETXATTR, native: SYS_lsetxattr, compat: 227),
    change(.setxattr, MARTLET_HANDLER_FSETXATTR, native: SYS_fsetxattr, compat: 228),
    change(.setxattr, MARTLET_HANDLER_SETXATTRAT, native: 463, compat: 463),
    change(.removexattr, MARTLET_HANDLER_REMOVEXATTR, native: SYS_removexattr, compat: 235),
    change(.removexattr, MARTLET_HANDLER_LREMOVEXATTR, native: SYS_lremovexattr, compat: 236),
    change(.removexattr, MARTLET_HANDLER_FREMOVEXATTR, native: SYS_fremovexattr, compat: 237),
    change(.removexattr, MARTLET_HANDLER_REMOVEXATTRAT, native: 466, compat: 466),
    SystemCall(event: .splice, handler: MARTLET_HANDLER_SPLICE, native: SYS_splice, compat: 313),
  ]

  /// Where requests to io_uring may end without a word.
  let settlingCalls: [SystemCall] = Set((fileOperations + writeOperations + networkOperations).map(\.event)).map {
    event in
    SystemCall(
      event: event, handler: MARTLET_HANDLER_RING_ENTER, program: "settle", native: SYS_io_uring_enter, compat: 426)
  }

  private func change(
    _ event: EventType, _ handler: martlet_handler, native: Int32?, compat: Int32?
  ) -> SystemCall {
    SystemCall(event: event, handler: handler, program: "change", native: native, compat: compat)
  }
#endif

let fileOperations: [RingOperation] = [
  RingOperation(event: .open, handler: MARTLET_HANDLER_OPENAT, opcode: 18),
  RingOperation(event: .open, handler: MARTLET_HANDLER_OPENAT2, opcode: 28),
  RingOperation(event: .splice, handler: MARTLET_HANDLER_SPLICE, opcode: 30),
  RingOperation(event: .rename, handler: MARTLET_HANDLER_RENAMEAT2, program: "change", opcode: 35),
  RingOperation(event: .unlink, handler: MARTLET_HANDLER_UNLINKAT, program: "change", opcode: 36),
  RingOperation(event: .rmdir, handler: MARTLET_HANDLER_UNLINKAT, program: "change", opcode: 36),
  RingOperation(event: .mkdir, handler: MARTLET_HANDLER_MKDIRAT, program: "change", opcode: 37),
  RingOperation(event: .link, handler: MARTLET_HANDLER_LINKAT, program: "change", opcode: 39),
  RingOperation(event: .setxattr, handler: MARTLET_HANDLER_FSETXATTR, program: "change", opcode: 41),
  RingOperation(event: .setxattr, handler: MARTLET_HANDLER_SETXATTR, program: "change", opcode: 42),
]
