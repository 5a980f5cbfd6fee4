/// The flags of `open(2)`.
package enum OpenFlags {
  #if arch(arm64)
    private static let directory: UInt64 = 0x4000
    private static let noFollow: UInt64 = 0x8000
    private static let direct: UInt64 = 0x10000
  #else
    private static let direct: UInt64 = 0x4000
    private static let directory: UInt64 = 0x10000
    private static let noFollow: UInt64 = 0x20000
  #endif

  /// `O_LARGEFILE`, `O_PATH` and the bit of `O_TMPFILE` that it does not share with `O_DIRECTORY` have no name
  /// in events; they are written as a number.
  package static let table = ConstantTable(
    [
      "O_RDONLY": 0,
      "O_WRONLY": 1,
      "O_RDWR": 2,
      "O_ACCMODE": accessMode,
      "O_CREAT": 0x40,
      "O_EXCL": 0x80,
      "O_NOCTTY": 0x100,
      "O_TRUNC": 0x200,
      "O_APPEND": 0x400,
      "O_NONBLOCK": 0x800,
      "O_DSYNC": 0x1000,
      "O_ASYNC": 0x2000,
      "O_DIRECT": direct,
      "O_DIRECTORY": directory,
      "O_NOFOLLOW": noFollow,
      "O_NOATIME": 0x40000,
      "O_CLOEXEC": 0x80000,
      "O_SYNC": 0x101000,
    ],
    aliases: ["O_NDELAY": 0x800, "O_FSYNC": 0x101000, "O_RSYNC": 0x101000])

  private static let accessMode: UInt64 = 3
  /// `O_PATH`: the file is only pointed at, neither read nor written.
  package static let path: UInt64 = 0x200000
  /// `O_CREAT`, which has one value on every architecture that we know.
  package static let create: UInt64 = 0x40

  /// The flags of a call as `file.flags` lists them: how the file is accessed, then the rest by name.
  ///
  /// Reading only has no bit, but is always said: the list is never empty.
  package static func names(_ flags: UInt64) -> [String] {
    let access = flags & accessMode
    return (access == 0 ? ["O_RDONLY"] : table.names(access)) + table.names(flags & ~accessMode)
  }
}
