internal import CMartletABI
import MartletModel

/// Which calls carry which event, and how their arguments are laid out.
struct SystemCall {
  let event: EventType
  let handler: martlet_handler
  /// What its programs are called: `exit_NAME`, and `enter_NAME` if there is one.
  let program: String
  /// Number in the architecture's own table; `nil` where it has no such call.
  let native: Int32?
  /// Number in the 32-bit table of a 64-bit kernel.
  let compat: Int32?

  /// `program` is the event's name where none is given.
  init(event: EventType, handler: martlet_handler, program: String? = nil, native: Int32?, compat: Int32?) {
    self.event = event
    self.handler = handler
    self.program = program ?? event.name
    self.native = native
    self.compat = compat
  }

  /// The calls of the row.
  var calls: [Call] {
    [(native, false), (compat, true)].compactMap { number, isCompat in
      number.map { Call(number: Int($0), isCompat: isCompat) }
    }
  }
}

/// Which io_uring operations carry which event. Their numbers are the same on every architecture.
struct RingOperation {
  let event: EventType
  let handler: martlet_handler
  /// What its programs are called: `ring_NAME`, and `submit_NAME` if there is one.
  let program: String
  /// `IORING_OP_*`
  let opcode: Int

  init(event: EventType, handler: martlet_handler, program: String? = nil, opcode: Int) {
    self.event = event
    self.handler = handler
    self.program = program ?? event.name
    self.opcode = opcode
  }
}

/// Every call that has a handler. 32-bit numbers are i386's (`arch/x86/entry/syscalls/syscall_32.tbl`).
let systemCalls = processCalls + fileCalls + settlingCalls + kernelCalls + writeCalls + networkCalls

/// Every io_uring operation that has a handler.
let ringOperations = fileOperations + writeOperations + networkOperations
