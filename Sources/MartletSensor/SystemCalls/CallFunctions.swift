internal import CLinux
import MartletModel

/// A call, by its number in one of the two tables of the kernel.
struct Call: Hashable {
  let number: Int
  /// Of the table for 32-bit programs.
  let isCompat: Bool

  /// What the kernel's function of it may be called: the first that there is has it.
  var functions: [String] {
    if let name = isCompat ? Self.compatNames[number] : Self.nativeNames[number] {
      return isCompat ? ["__ia32_compat_sys_" + name, "__ia32_sys_" + name] : ["__x64_sys_" + name]
    }
    return []
  }

  /// Whether kernels that we support may be without it. Numbers are the same in both tables from here on.
  var isRecent: Bool { number >= 424 }

  /// Of those in `systemCalls`, by number.
  private static let nativeNames: [Int: String] = {
    // Those whose functions are not called as the calls are.
    let odd = [Int(SYS_sendfile): "sendfile64", Int(SYS_umount2): "umount"]
    let numbers = systemCalls.compactMap { $0.native.map(Int.init) }
    return Dictionary(
      numbers.compactMap { number in (odd[number] ?? SystemCallNames.kernelName(number)).map { (number, $0) } },
      uniquingKeysWith: { $1 })
  }()

  /// The same of 32-bit calls: most are called as the native call of the same row.
  private static let compatNames: [Int: String] = {
    let rows = systemCalls.compactMap { row in row.compat.map { (Int($0), row.native.map(Int.init)) } }
    var names = Dictionary(
      rows.compactMap { compat, native in native.flatMap { nativeNames[$0] }.map { (compat, $0) } },
      uniquingKeysWith: { $1 })
    let words = oddCompatNames.description.split { $0 == " " || $0 == "\n" }
    for index in stride(from: 0, to: words.count - 1, by: 2) {
      names[Int(words[index]) ?? 0] = String(words[index + 1])
    }
    return names
  }()

  private static let oddCompatNames: StaticString = """
    16 lchown16 22 oldumount 23 setuid16 30 utime32 46 setgid16 70 setreuid16 71 setregid16 90 ia32_mmap 95 fchown16
    102 socketcall 138 setfsuid16 139 setfsgid16 146 writev 164 setresuid16 170 setresgid16 181 ia32_pwrite64
    182 chown16 187 sendfile 192 mmap_pgoff 193 ia32_truncate64 239 sendfile64 271 utimes_time32
    299 futimesat_time32 320 utimensat_time32 334 pwritev 379 pwritev2 412 utimensat
    """
}
