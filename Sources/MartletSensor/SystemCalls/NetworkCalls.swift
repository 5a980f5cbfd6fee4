internal import CLinux
internal import CMartletABI
import MartletModel

/// Sockets.
#if arch(x86_64)
  let networkCalls: [SystemCall] = [
    SystemCall(event: .bind, handler: MARTLET_HANDLER_BIND, native: SYS_bind, compat: 361),
    SystemCall(event: .connect, handler: MARTLET_HANDLER_CONNECT, native: SYS_connect, compat: 362),
    SystemCall(event: .accept, handler: MARTLET_HANDLER_ACCEPT, native: SYS_accept, compat: nil),
    SystemCall(event: .accept, handler: MARTLET_HANDLER_ACCEPT, native: SYS_accept4, compat: 364),
    SystemCall(event: .setsockopt, handler: MARTLET_HANDLER_SETSOCKOPT, native: SYS_setsockopt, compat: 366),
    // i386 has one call for all of them, too.
    SystemCall(event: .bind, handler: MARTLET_HANDLER_SOCKETCALL, program: "socketcall", native: nil, compat: 102),
    SystemCall(event: .connect, handler: MARTLET_HANDLER_SOCKETCALL, program: "socketcall", native: nil, compat: 102),
    SystemCall(event: .accept, handler: MARTLET_HANDLER_SOCKETCALL, program: "socketcall", native: nil, compat: 102),
    SystemCall(
      event: .setsockopt, handler: MARTLET_HANDLER_SOCKETCALL, program: "socketcall", native: nil, compat: 102),
  ]
#endif

let networkOperations = [
  RingOperation(event: .bind, handler: MARTLET_HANDLER_BIND, opcode: 56),
  RingOperation(event: .connect, handler: MARTLET_HANDLER_CONNECT, opcode: 16),
  RingOperation(event: .accept, handler: MARTLET_HANDLER_ACCEPT, opcode: 13),
]
