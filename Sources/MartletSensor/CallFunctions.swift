internal import CLibbpf
import Glibc

/// The functions of the kernel that calls end up in: hooks that only those pay for who make these calls.
///
/// Where a kernel lets fentry and fexit programs load, they take the place of the tracepoints that all calls go through. A
/// function gets its registers as the tracepoints do, so the programs are the same.
struct CallFunctions {
  /// A function, and whether a program at its entry is wanted too.
  struct Function {
    let name: String
    let id: Int32
    let hasEntry: Bool
  }

  let functions: [Function]

  /// Throws why the tracepoints have to do.
  init(_ calls: Set<Dispatch.Call>) throws(CallHooks.Lack) {
    guard ProgramType.function.isAccepted else { throw .refused }
    guard let types = unsafe btf__load_vmlinux_btf() else { throw .refused }
    defer { unsafe btf__free(types) }
    func id(_ name: String) -> Int32? {
      let id = unsafe btf__find_by_name(types, name)
      return id > 0 ? id : nil
    }
    var functions: [Function] = []
    for call in calls {
      guard let name = (call.isCompat ? compatNames : nativeNames)[call.number] else {
        throw .unknown("\(call.number)")
      }
      let candidates = call.isCompat ? ["__ia32_compat_sys_" + name, "__ia32_sys_" + name] : ["__x64_sys_" + name]
      if let found = candidates.lazy.compactMap({ name in id(name).map { (name, $0) } }).first {
        functions.append(Function(name: found.0, id: found.1, hasEntry: call.hasEntry))
      } else if call.number < newCalls {
        throw .unknown(name)
      }
    }
    guard !functions.isEmpty else { throw .refused }
    self.functions = functions
  }
}

/// How the sensor gets to know of calls.
package enum CallHooks: Sendable {
  /// By programs at the functions of the calls that are asked for, so many.
  case functions(Int)
  /// By the tracepoints that every call goes through.
  case tracepoints(because: Lack)

  package enum Lack: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kernel takes no such programs.
    case refused
    /// It has no function of a name that we know for the call.
    case unknown(String)
    /// A program loaded and was not let in.
    case notAttached(errno: Int32)

    package var description: String {
      switch self {
      case .refused: "fentry and fexit are refused"
      case .unknown(let call): "the function of call \(call) is not known"
      case .notAttached(let errno): "fentry and fexit do not attach: \(unsafe String(cString: strerror(errno)))"
      }
    }
  }
}

/// Numbers from here on are of calls that some kernels do not have, which then nobody can make.
private let newCalls: Int32 = 451

/// What the kernel's functions of native calls are named after, for those in `systemCalls`.
private let nativeNames = names(
  """
  1 write 2 open 9 mmap 10 mprotect 16 ioctl 18 pwrite64 20 writev 42 connect 43 accept 49 bind 62 kill 76 truncate
  80 chdir 81 fchdir 82 rename 83 mkdir 84 rmdir 85 creat 86 link 87 unlink 90 chmod 91 fchmod 92 chown 93 fchown
  94 lchown 101 ptrace 105 setuid 106 setgid 113 setreuid 114 setregid 117 setresuid 119 setresgid 122 setfsuid
  123 setfsgid 126 capset 129 rt_sigqueueinfo 132 utime 165 mount 166 umount 175 init_module 176 delete_module
  188 setxattr 189 lsetxattr 190 fsetxattr 197 removexattr 198 lremovexattr 199 fremovexattr 235 utimes 257 openat
  258 mkdirat 260 fchownat 261 futimesat 263 unlinkat 264 renameat 265 linkat 268 fchmodat 272 unshare 275 splice
  280 utimensat 288 accept4 304 open_by_handle_at 313 finit_module 316 renameat2 321 bpf 329 pkey_mprotect
  424 pidfd_send_signal 428 open_tree 429 move_mount 437 openat2 452 fchmodat2 463 setxattrat 466 removexattrat
  467 open_tree_attr
  """)

/// The same of 32-bit calls.
private let compatNames = names(
  """
  4 write 5 open 8 creat 9 link 10 unlink 12 chdir 15 chmod 16 lchown16 21 mount 22 oldumount 23 setuid16 26 ptrace
  30 utime32 37 kill 38 rename 39 mkdir 40 rmdir 46 setgid16 52 umount 54 ioctl 70 setreuid16 71 setregid16
  90 ia32_mmap 92 truncate 94 fchmod 95 fchown16 102 socketcall 125 mprotect 128 init_module 129 delete_module
  133 fchdir 138 setfsuid16 139 setfsgid16 164 setresuid16 170 setresgid16 178 rt_sigqueueinfo 181 ia32_pwrite64
  182 chown16 185 capset 192 mmap_pgoff 193 ia32_truncate64 198 lchown 203 setreuid 204 setregid 207 fchown
  208 setresuid 210 setresgid 212 chown 213 setuid 214 setgid 215 setfsuid 216 setfsgid 226 setxattr 227 lsetxattr
  228 fsetxattr 235 removexattr 236 lremovexattr 237 fremovexattr 271 utimes_time32 295 openat 296 mkdirat
  298 fchownat 299 futimesat_time32 301 unlinkat 302 renameat 303 linkat 306 fchmodat 310 unshare 313 splice
  320 utimensat_time32 342 open_by_handle_at 350 finit_module 353 renameat2 357 bpf 361 bind 362 connect 364 accept4
  380 pkey_mprotect 412 utimensat 424 pidfd_send_signal 428 open_tree 429 move_mount 437 openat2 452 fchmodat2
  463 setxattrat 466 removexattrat 467 open_tree_attr
  """)

private func names(_ text: String) -> [Int32: String] {
  let words = text.split { $0 == " " || $0 == "\n" }
  return Dictionary(
    stride(from: 0, to: words.count - 1, by: 2).compactMap { index in
      Int32(words[index]).map { ($0, String(words[index + 1])) }
    }, uniquingKeysWith: { $1 })
}
