import MartletModel
import MartletSchema
import Testing

@testable import MartletOutput

@Suite struct FileTextsTests {
  private static let file: FileIdentity = {
    var file = FileIdentity()
    (file.path, file.name, file.inode, file.mode) = (
      "/srv/data/caf\u{e9}-with-a-long-name", "caf\u{e9}-with-a-long-name", 77, 0o100644
    )
    (file.uid, file.gid, file.user, file.group) = (1, 2, "one", "two")
    (file.modified, file.changed) = (Instant(nanoseconds: 1_000), Instant(nanoseconds: 2_000))
    (file.mountID, file.filesystem, file.mountPath) = (5, "ext4", "/srv")
    return file
  }()

  /// Each is another file, or the same one at another time.
  private static var changes: [(String, (inout FileIdentity) -> Void)] {
    [
      ("path", { $0.path = "/srv/data/cafe\u{301}-with-a-long-name" }), ("name", { $0.name = "other" }),
      ("path error", { $0.pathError = .truncated }), ("mode", { $0.mode = 0o100600 }), ("uid", { $0.uid = 9 }),
      ("gid", { $0.gid = 9 }), ("user", { $0.user = "nine" }), ("group", { $0.group = "nine" }),
      ("modified", { $0.modified = nil }), ("changed", { $0.changed = Instant(nanoseconds: 2_001) }),
      ("mount", { $0.mountID = 6 }), ("file system", { $0.filesystem = "xfs" }), ("mount path", { $0.mountPath = "/" }),
      ("mount source", { $0.mountSource = .mountID }), ("mount origin", { $0.mountOrigin = .event }),
      ("upper layer", { $0.inUpperLayer = false }), ("an inode with the same place", { $0.inode += 1_024 }),
    ]
  }

  @Test func `a file that differs in one thing has a text of its own`() {
    for (thing, change) in Self.changes {
      var changed = Self.file
      change(&changed)
      var texts = FileTexts()
      for file in [Self.file, changed, Self.file, Self.file, changed, changed] {
        #expect([UInt8].rendered { texts.write(file, flags: [], to: &$0) } == Self.text(file, flags: []), "\(thing)")
      }
    }
  }

  @Test func `the flags of an open are told of each open`() {
    var texts = FileTexts()
    for flags in [#"["O_RDONLY"]"#, #"["O_WRONLY"]"#, ""] {
      let flags = Array(flags.utf8)
      #expect([UInt8].rendered { texts.write(Self.file, flags: flags, to: &$0) } == Self.text(Self.file, flags: flags))
    }
  }

  private static func text(_ file: FileIdentity, flags: [UInt8]) -> [UInt8] {
    .rendered { $0.members(of: file, flags: flags, finding: nil) }
  }
}
