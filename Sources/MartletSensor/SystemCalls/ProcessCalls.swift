internal import CLinux
internal import CMartletABI
import MartletModel

/// Identities, signals, working directories, attributes, limits, and what processes tell of themselves.
#if arch(x86_64)
  let processCalls: [SystemCall] = [
    SystemCall(
      event: .setuid, handler: MARTLET_HANDLER_SETUID, program: "credentials", native: SYS_setuid, compat: 213),
    SystemCall(
      event: .setuid, handler: MARTLET_HANDLER_SETUID, program: "credentials", native: SYS_setreuid, compat: 203),
    SystemCall(
      event: .setuid, handler: MARTLET_HANDLER_SETUID, program: "credentials", native: SYS_setresuid, compat: 208),
    SystemCall(
      event: .setuid, handler: MARTLET_HANDLER_SETFSUID, program: "credentials", native: SYS_setfsuid, compat: 215),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, program: "credentials", native: nil, compat: 23),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, program: "credentials", native: nil, compat: 70),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETUID, program: "credentials", native: nil, compat: 164),
    SystemCall(event: .setuid, handler: MARTLET_HANDLER_SETFSUID, program: "credentials", native: nil, compat: 138),
    SystemCall(
      event: .setgid, handler: MARTLET_HANDLER_SETGID, program: "credentials", native: SYS_setgid, compat: 214),
    SystemCall(
      event: .setgid, handler: MARTLET_HANDLER_SETGID, program: "credentials", native: SYS_setregid, compat: 204),
    SystemCall(
      event: .setgid, handler: MARTLET_HANDLER_SETGID, program: "credentials", native: SYS_setresgid, compat: 210),
    SystemCall(
      event: .setgid, handler: MARTLET_HANDLER_SETFSGID, program: "credentials", native: SYS_setfsgid, compat: 216),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, program: "credentials", native: nil, compat: 46),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, program: "credentials", native: nil, compat: 71),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETGID, program: "credentials", native: nil, compat: 170),
    SystemCall(event: .setgid, handler: MARTLET_HANDLER_SETFSGID, program: "credentials", native: nil, compat: 139),
    SystemCall(
      event: .capset, handler: MARTLET_HANDLER_CAPSET, program: "credentials", native: SYS_capset, compat: 185),
    SystemCall(event: .signal, handler: MARTLET_HANDLER_KILL, native: SYS_kill, compat: 37),
    SystemCall(event: .signal, handler: MARTLET_HANDLER_KILL, native: SYS_rt_sigqueueinfo, compat: 178),
    SystemCall(event: .signal, handler: MARTLET_HANDLER_PIDFD_SIGNAL, native: SYS_pidfd_send_signal, compat: 424),
    SystemCall(event: .signal, handler: MARTLET_HANDLER_TKILL, native: SYS_tkill, compat: 238),
    SystemCall(event: .signal, handler: MARTLET_HANDLER_TGKILL, native: SYS_tgkill, compat: 270),
    SystemCall(event: .signal, handler: MARTLET_HANDLER_TGKILL, native: SYS_rt_tgsigqueueinfo, compat: 335),
    SystemCall(event: .chdir, handler: MARTLET_HANDLER_CHDIR, native: SYS_chdir, compat: 12),
    SystemCall(event: .chdir, handler: MARTLET_HANDLER_FCHDIR, native: SYS_fchdir, compat: 133),
    SystemCall(event: .prctl, handler: MARTLET_HANDLER_PRCTL, native: SYS_prctl, compat: 172),
    SystemCall(event: .setrlimit, handler: MARTLET_HANDLER_SETRLIMIT, native: SYS_setrlimit, compat: 75),
    SystemCall(event: .setrlimit, handler: MARTLET_HANDLER_PRLIMIT, native: SYS_prlimit64, compat: 340),
    SystemCall(event: .session, handler: MARTLET_HANDLER_IOCTL, program: "request", native: SYS_ioctl, compat: 54),
  ]
#endif
