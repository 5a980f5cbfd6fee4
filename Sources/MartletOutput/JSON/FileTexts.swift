import MartletModel
import MartletSchema

/// The text of files that were written lately: programs open the same ones again and again.
struct FileTexts: ~Copyable {
  private var files = [(file: FileIdentity, text: [UInt8])?](repeating: nil, count: places)
  private var opens = [(open: Activity.Open, text: [UInt8])?](repeating: nil, count: places)

  /// Each takes half a kilobyte or somewhat more.
  private static let places = 1_024
  /// Longer texts are not kept.
  private static let longest = 1_024

  /// Writes the members of `file`, of which nothing was found out, as `JSONWriter.members` does.
  mutating func write(_ file: FileIdentity, to writer: inout JSONWriter) {
    let place = Self.place(file.inode)
    if let known = files[place], known.file.isSame(as: file) {
      writer.rendered(known.text)
      return
    }
    let text = [UInt8].rendered { $0.members(of: file) }
    writer.rendered(text)
    if text.count <= Self.longest { files[place] = (file, text) }
  }

  /// The text that was kept of an open. Alike ones are one object, which does not change.
  func text(of open: Activity.Open) -> [UInt8]? {
    guard let known = opens[Self.place(of: open)], known.open === open else { return nil }
    return known.text
  }

  /// Keeps the text of an open, of whose file nothing was found out.
  mutating func keep(_ text: [UInt8], of open: Activity.Open) {
    if text.count <= Self.longest { opens[Self.place(of: open)] = (open, text) }
  }

  private static func place(of open: Activity.Open) -> Int { place(open.file.inode ^ UInt64(open.flags) << 3) }

  private static func place(_ number: UInt64) -> Int { Int(truncatingIfNeeded: number) & (places - 1) }
}
