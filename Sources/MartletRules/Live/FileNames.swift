import MartletModel
import SECL

/// Numbers for files by what they are called: two events have the same number only if their files' paths, names and file
/// systems are the same.
struct FileNames {
  private final class Naming {
    let path: String
    let name: String
    let mountPath: String
    let filesystem: String
    let number: UInt64

    init(_ holder: Activity.Open, number: UInt64) {
      path = holder.file.path
      name = holder.file.name
      mountPath = holder.file.mountPath
      filesystem = holder.file.filesystem
      self.number = number
    }
  }

  private static let places = 4_096

  private var namings: [Naming?] = []
  private var last: UInt64 = 0

  /// The number of what the file in `holder` is called, never 0. Handed on by itself, a file is copied.
  mutating func number(of holder: Activity.Open) -> UInt64 {
    if namings.isEmpty { namings = Array(repeating: nil, count: Self.places) }
    // The inode's number serves as a hash of the path. A file that goes by two names takes turns.
    let inode = holder.file.inode
    let key = inode == 0 ? holder.file.path.utf8Span.span.hash : inode &+ UInt64(holder.file.mountID) &* 0x61
    let place = Int(truncatingIfNeeded: key) & (Self.places - 1)
    if let known = namings[place], known.path.isSame(as: holder.file.path), known.name.isSame(as: holder.file.name),
      known.mountPath.isSame(as: holder.file.mountPath), known.filesystem.isSame(as: holder.file.filesystem)
    {
      return known.number
    }
    last &+= 1
    namings[place] = Naming(holder, number: last)
    return last
  }
}
