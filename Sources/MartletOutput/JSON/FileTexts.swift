import MartletModel
import MartletSchema

/// The text of files that were written lately: programs open the same ones again and again.
struct FileTexts: ~Copyable {
  private struct Entry {
    let file: FileIdentity
    let flags: [UInt8]
    let text: [UInt8]
  }

  private var entries = [Entry?](repeating: nil, count: places)

  /// Each takes half a kilobyte or somewhat more.
  private static let places = 1_024
  /// Longer texts are not kept.
  private static let longest = 1_024

  /// Writes the members of `file`, of which nothing was found out, as `JSONWriter.members` does.
  mutating func write(_ file: FileIdentity, flags: [UInt8], to writer: inout JSONWriter) {
    let place = Int(truncatingIfNeeded: file.inode) & (Self.places - 1)
    if let known = entries[place], known.file.isSame(as: file), known.flags == flags {
      writer.rendered(known.text)
      return
    }
    let text = [UInt8].rendered { $0.members(of: file, flags: flags, finding: nil) }
    writer.rendered(text)
    if text.count <= Self.longest { entries[place] = Entry(file: file, flags: flags, text: text) }
  }
}
