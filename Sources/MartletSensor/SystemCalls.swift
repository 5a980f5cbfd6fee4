internal import CLinux
internal import CMartletABI
import MartletModel

/// Which calls carry which event, and how their arguments are laid out.
struct SystemCall {
  let event: EventType
  let handler: martlet_handler
  /// Number in the architecture's own table; `nil` where it has no such call.
  let native: Int32?
  /// Number in the 32-bit table of a 64-bit kernel.
  let compat: Int32?
}

#if arch(x86_64)
  /// Every call that has a handler. 32-bit numbers are i386's (`arch/x86/entry/syscalls/syscall_32.tbl`).
  let systemCalls: [SystemCall] = [
    SystemCall(event: .open, handler: MARTLET_HANDLER_OPEN, native: SYS_open, compat: 5),
    SystemCall(event: .open, handler: MARTLET_HANDLER_OPENAT, native: SYS_openat, compat: 295),
    SystemCall(event: .open, handler: MARTLET_HANDLER_OPENAT2, native: SYS_openat2, compat: 437),
    SystemCall(event: .open, handler: MARTLET_HANDLER_CREAT, native: SYS_creat, compat: 8),
    SystemCall(
      event: .open, handler: MARTLET_HANDLER_OPEN_BY_HANDLE_AT, native: SYS_open_by_handle_at, compat: 342),
    SystemCall(event: .open, handler: MARTLET_HANDLER_TRUNCATE, native: SYS_truncate, compat: 92),
    SystemCall(event: .open, handler: MARTLET_HANDLER_TRUNCATE, native: nil, compat: 193),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, native: SYS_setuid, compat: 213),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, native: SYS_setreuid, compat: 203),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, native: SYS_setresuid, compat: 208),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETFSUID, native: SYS_setfsuid, compat: 215),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, native: nil, compat: 23),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, native: nil, compat: 70),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, native: nil, compat: 164),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETFSUID, native: nil, compat: 138),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, native: SYS_setgid, compat: 214),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, native: SYS_setregid, compat: 204),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, native: SYS_setresgid, compat: 210),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETFSGID, native: SYS_setfsgid, compat: 216),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, native: nil, compat: 46),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, native: nil, compat: 71),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, native: nil, compat: 170),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETFSGID, native: nil, compat: 139),
    SystemCall(event: .capset, handler: MARTLET_HANDLER_CAPSET, native: SYS_capset, compat: 185),
    SystemCall(event: .signal, handler: MARTLET_HANDLER_KILL, native: SYS_kill, compat: 37),
    SystemCall(event: .chdir, handler: MARTLET_HANDLER_CHDIR, native: SYS_chdir, compat: 12),
    SystemCall(event: .chdir, handler: MARTLET_HANDLER_FCHDIR, native: SYS_fchdir, compat: 133),
  ]
#endif
