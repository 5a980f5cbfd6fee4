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
        #expect([UInt8].rendered { texts.write(file, to: &$0) } == .rendered { $0.members(of: file) }, "\(thing)")
      }
    }
  }

  @Test func `each open has the text of its own file, flags and mode, whatever was opened before`() {
    var other = Self.file
    other.name = "other"
    let opens = [
      Activity.Open(file: Self.file, flags: 0, mode: 0), Activity.Open(file: Self.file, flags: 1, mode: 0),
      Activity.Open(file: Self.file, flags: 0o101, mode: 0o600),
      Activity.Open(file: Self.file, flags: 0o101, mode: 0o644),
      Activity.Open(file: other, flags: 0, mode: 0),
    ]
    func text(_ open: Activity.Open, by encoder: inout EventEncoder) -> String {
      var text = SplicedText()
      encoder.write(EventBuilder().event(.open, .open(open)), match: .traced, to: &text)
      return text.text
    }
    var encoder = EventEncoder()
    var texts: Set<String> = []
    for open in opens + opens + opens.reversed() {
      var fresh = EventEncoder()
      let written = text(open, by: &encoder)
      #expect(written == text(open, by: &fresh))
      texts.insert(written)
    }
    #expect(texts.count == opens.count)
  }
}
