internal import CLinux
internal import CMartletABI
import MartletModel

/// Mounts, namespaces, memory, and what changes the kernel itself.
#if arch(x86_64)
  let kernelCalls: [SystemCall] = [
    SystemCall(event: .mmap, handler: MARTLET_HANDLER_MMAP, native: SYS_mmap, compat: nil),
    SystemCall(event: .mmap, handler: MARTLET_HANDLER_MMAP2, native: nil, compat: 192),
    SystemCall(event: .mmap, handler: MARTLET_HANDLER_OLD_MMAP, native: nil, compat: 90),
    SystemCall(event: .mprotect, handler: MARTLET_HANDLER_MPROTECT, native: SYS_mprotect, compat: 125),
    SystemCall(event: .mprotect, handler: MARTLET_HANDLER_MPROTECT, native: SYS_pkey_mprotect, compat: 380),
    SystemCall(event: .ptrace, handler: MARTLET_HANDLER_PTRACE, native: SYS_ptrace, compat: 26),
    SystemCall(event: .mount, handler: MARTLET_HANDLER_MOUNT, native: SYS_mount, compat: 21),
    SystemCall(event: .mount, handler: MARTLET_HANDLER_MOVE_MOUNT, native: SYS_move_mount, compat: 429),
    SystemCall(
      event: .mount, handler: MARTLET_HANDLER_OPEN_TREE, program: "open_tree", native: SYS_open_tree, compat: 428),
    SystemCall(
      event: .mount, handler: MARTLET_HANDLER_OPEN_TREE, program: "open_tree", native: openTreeAttributes,
      compat: openTreeAttributes),
    SystemCall(event: .umount, handler: MARTLET_HANDLER_UMOUNT, native: SYS_umount2, compat: 52),
    SystemCall(event: .umount, handler: MARTLET_HANDLER_UMOUNT, native: nil, compat: 22),
    SystemCall(event: .unshare, handler: MARTLET_HANDLER_UNSHARE, native: SYS_unshare, compat: 310),
    SystemCall(event: .bpf, handler: MARTLET_HANDLER_BPF, native: SYS_bpf, compat: 357),
    SystemCall(
      event: .loadModule, handler: MARTLET_HANDLER_INIT_MODULE, program: "module", native: SYS_init_module,
      compat: 128),
    SystemCall(
      event: .loadModule, handler: MARTLET_HANDLER_FINIT_MODULE, program: "module", native: SYS_finit_module,
      compat: 350),
    SystemCall(
      event: .unloadModule, handler: MARTLET_HANDLER_DELETE_MODULE, program: "module", native: SYS_delete_module,
      compat: 129),
    SystemCall(event: .ptrace, handler: MARTLET_HANDLER_VM_READ, program: "process_vm", native: 310, compat: 347),
    SystemCall(event: .ptrace, handler: MARTLET_HANDLER_VM_WRITE, program: "process_vm", native: 311, compat: 348),
  ]

  /// What writes to files, for events of files that are levers.
  let writeCalls: [SystemCall] = [EventType.selinux, .cgroupWrite].flatMap { event in
    [
      write(event, MARTLET_HANDLER_WRITE, native: SYS_write, compat: 4),
      write(event, MARTLET_HANDLER_WRITE, native: SYS_pwrite64, compat: 181),
      write(event, MARTLET_HANDLER_WRITEV, native: SYS_writev, compat: nil),
      write(event, MARTLET_HANDLER_WRITEV, native: SYS_pwritev, compat: nil),
      write(event, MARTLET_HANDLER_WRITEV, native: SYS_pwritev2, compat: nil),
      // Whom these move the kernel tells; of what they write only its size is known.
      write(event, MARTLET_HANDLER_SENDFILE, native: SYS_sendfile, compat: 187),
      write(event, MARTLET_HANDLER_SENDFILE, native: nil, compat: 239),
      write(event, MARTLET_HANDLER_SENDFILE, native: nil, compat: 146),
      write(event, MARTLET_HANDLER_SENDFILE, native: nil, compat: 334),
      write(event, MARTLET_HANDLER_SENDFILE, native: nil, compat: 379),
    ]
  }

  private func write(
    _ event: EventType, _ handler: martlet_handler, native: Int32?, compat: Int32?
  ) -> SystemCall {
    SystemCall(event: event, handler: handler, program: "write", native: native, compat: compat)
  }

  /// `open_tree_attr(2)`, 6.15 on, whose first arguments are those of `open_tree(2)`.
  private let openTreeAttributes: Int32 = 467
#endif

let writeOperations = [EventType.selinux, .cgroupWrite].flatMap { event in
  [
    RingOperation(event: event, handler: MARTLET_HANDLER_WRITEV, program: "write", opcode: 2),
    RingOperation(event: event, handler: MARTLET_HANDLER_WRITE, program: "write", opcode: 5),
    RingOperation(event: event, handler: MARTLET_HANDLER_WRITE, program: "write", opcode: 23),
  ]
}
