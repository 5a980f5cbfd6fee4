internal import CLinux
internal import CMartletABI
import MartletModel

/// Sockets.
#if arch(x86_64)
  let networkCalls: [SystemCall] = []
#endif

let networkOperations: [RingOperation] = []
