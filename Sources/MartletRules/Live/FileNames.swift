import MartletModel
import SECL

/// Numbers for files by what they are called: two events have the same number only if their files' paths, names and file
/// systems are the same.
struct FileNames {
  private struct Entry {
    var path = ""
    var name = ""
    var mountPath = ""
    var filesystem = ""
    /// 0 for an entry that is not in use.
    var number: UInt64 = 0
  }

  private static let places = 4_096

  private var entries: [Entry] = []
  private var last: UInt64 = 0

  /// The number of what `file` is called, never 0.
  @inline(__always) mutating func number(of file: borrowing FileIdentity) -> UInt64 {
    // In parts: handed on whole, a file is copied.
    number(file.path, file.name, file.mountPath, file.filesystem)
  }

  private mutating func number(_ path: String, _ name: String, _ mountPath: String, _ filesystem: String) -> UInt64 {
    if entries.isEmpty { entries = Array(repeating: Entry(), count: Self.places) }
    let place = Int(truncatingIfNeeded: path.utf8Span.span.hash) & (Self.places - 1)
    if entries[place].number != 0, entries[place].path.isSame(as: path), entries[place].name.isSame(as: name),
      entries[place].mountPath.isSame(as: mountPath), entries[place].filesystem.isSame(as: filesystem)
    {
      return entries[place].number
    }
    last &+= 1
    entries[place] = Entry(path: path, name: name, mountPath: mountPath, filesystem: filesystem, number: last)
    return last
  }
}
