/// The requests of `ptrace(2)`.
package enum PtraceRequests {
  #if arch(x86_64)
    private static let ofArchitecture: KeyValuePairs<String, UInt64> = [
      "PTRACE_GETFPREGS": 14,
      "PTRACE_SETFPREGS": 15,
      "PTRACE_GETFPXREGS": 18,
      "PTRACE_SETFPXREGS": 19,
      "PTRACE_OLDSETOPTIONS": 21,
      "PTRACE_GET_THREAD_AREA": 25,
      "PTRACE_SET_THREAD_AREA": 26,
      "PTRACE_ARCH_PRCTL": 30,
      "PTRACE_SYSEMU": 31,
      "PTRACE_SYSEMU_SINGLESTEP": 32,
      "PTRACE_SINGLEBLOCK": 33,
    ]
  #else
    private static let ofArchitecture: KeyValuePairs<String, UInt64> = [
      "PTRACE_SYSEMU": 31,
      "PTRACE_SYSEMU_SINGLESTEP": 32,
      "PTRACE_PEEKMTETAGS": 33,
      "PTRACE_POKEMTETAGS": 34,
    ]
  #endif

  private static let common = ConstantTable([
    "PTRACE_TRACEME": 0,
    "PTRACE_PEEKTEXT": 1,
    "PTRACE_PEEKDATA": 2,
    "PTRACE_PEEKUSR": 3,
    "PTRACE_POKETEXT": 4,
    "PTRACE_POKEDATA": 5,
    "PTRACE_POKEUSR": 6,
    "PTRACE_CONT": 7,
    "PTRACE_KILL": 8,
    "PTRACE_SINGLESTEP": 9,
    "PTRACE_ATTACH": 16,
    "PTRACE_DETACH": 17,
    "PTRACE_SYSCALL": 24,
    "PTRACE_SETOPTIONS": 0x4200,
    "PTRACE_GETEVENTMSG": 0x4201,
    "PTRACE_GETSIGINFO": 0x4202,
    "PTRACE_SETSIGINFO": 0x4203,
    "PTRACE_GETREGSET": 0x4204,
    "PTRACE_SETREGSET": 0x4205,
    "PTRACE_SEIZE": 0x4206,
    "PTRACE_INTERRUPT": 0x4207,
    "PTRACE_LISTEN": 0x4208,
    "PTRACE_PEEKSIGINFO": 0x4209,
    "PTRACE_GETSIGMASK": 0x420a,
    "PTRACE_SETSIGMASK": 0x420b,
    "PTRACE_SECCOMP_GET_FILTER": 0x420c,
    "PTRACE_SECCOMP_GET_METADATA": 0x420d,
    "PTRACE_GET_SYSCALL_INFO": 0x420e,
    // No requests of ptrace, but calls that do the same by themselves; the numbers are our own.
    "PROCESS_VM_READV": 0x1_0000_0000,
    "PROCESS_VM_WRITEV": 0x1_0000_0001,
  ])
  private static let own = ConstantTable(ofArchitecture)

  /// The name of a request; its number for one without.
  package static func name(_ request: Int64) -> String {
    guard let number = UInt64(exactly: request) else { return String(request) }
    return common.name(of: number) ?? own.name(of: number) ?? String(number)
  }
}
