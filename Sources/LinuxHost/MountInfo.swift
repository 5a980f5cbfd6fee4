/// One mount, as a line of `/proc/PID/mountinfo` tells it.
package struct MountInfo: Hashable, Sendable {
  /// The id of the mount (`mnt_id`), unique among the mounts of the host, but used again once it is gone.
  package let id: UInt32
  /// The id of the mount it is mounted on; its own id at the top of the tree.
  package let parent: UInt32
  /// The device that files of the mount report in `st_dev`.
  package let device: DeviceNumber
  /// The directory of the file system that is mounted; ends in `//deleted` when that directory is gone.
  package let root: String
  /// Where it is mounted, seen from the root directory of the process.
  package let mountPoint: String
  /// The options of this mount, separated by commas.
  package let options: String
  /// The type of the file system, with its subtype if it has one: `ext4`, `fuse.sshfs`.
  package let fileSystem: String
  /// What is mounted, in the words of whoever mounted it: a device, a name, or nothing at all.
  package let source: String
  /// The options of the file system, separated by commas.
  package let superOptions: String

  /// Reads a line without its line feed; nil when it is not of that shape or ends early.
  package init?(_ line: Span<UInt8>) {
    var fields = TextScanner(line)
    // Split at every single blank: a source may be empty.
    let blank = UInt8(ascii: " ")
    guard let id: UInt32 = fields.piece(before: blank)?.integer(),
      let parent: UInt32 = fields.piece(before: blank)?.integer(),
      let numbers = fields.piece(before: blank), let device = DeviceNumber(colonSeparated: numbers),
      let root = fields.piece(before: blank)?.unescaped,
      let mountPoint = fields.piece(before: blank)?.unescaped,
      let options = fields.piece(before: blank)?.unescaped
    else { return nil }
    // Any number of tags such as `shared:1` may follow, up to a single dash.
    while let tag = fields.piece(before: blank), !tag.equals("-") {}
    guard let fileSystem = fields.piece(before: blank)?.unescaped,
      let source = fields.piece(before: blank)?.unescaped,
      let superOptions = fields.piece(before: blank)?.unescaped
    else { return nil }

    self.id = id
    self.parent = parent
    self.device = device
    self.root = root
    self.mountPoint = mountPoint
    self.options = options
    self.fileSystem = fileSystem
    self.source = source
    self.superOptions = superOptions
  }
}

extension DeviceNumber {
  /// Reads `MAJOR:MINOR`.
  fileprivate init?(colonSeparated text: Span<UInt8>) {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
      let major: UInt32 = text.extracting(first: colon).integer(),
      let minor: UInt32 = text.extracting(droppingFirst: colon + 1).integer()
    else { return nil }
    self.init(major: major, minor: minor)
  }
}

extension Span<UInt8> {
  /// These bytes as text, with a backslash and three octal digits read as the byte they stand for. The kernel
  /// writes blanks, tabs, line feeds, backslashes and number signs so.
  fileprivate var unescaped: String {
    guard firstIndex(of: UInt8(ascii: "\\")) != nil else { return string }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    var index = 0
    while index < count {
      if self[index] == UInt8(ascii: "\\"), index + 4 <= count,
        let byte: UInt8 = extracting(index + 1..<index + 4).integer(radix: 8)
      {
        bytes.append(byte)
        index += 4
      } else {
        bytes.append(self[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
