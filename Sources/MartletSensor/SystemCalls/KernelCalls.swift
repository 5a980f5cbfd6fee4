internal import CLinux
internal import CMartletABI
import MartletModel

/// Mounts, namespaces, memory, and what changes the kernel itself.
#if arch(x86_64)
  let kernelCalls: [SystemCall] = []
#endif
