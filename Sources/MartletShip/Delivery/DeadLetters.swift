import Glibc
import MartletOutbox
import MartletSchema

/// The file of events that a sink refused for good: one JSON object a line, with the reason.
///
/// Once it is large it is renamed to `FILE.1`, which it replaces: the events in that are gone, and counted.
struct DeadLetters {
  let path: String
  private let limit: Int

  init(path: String, limit: Int = 64 << 20) {
    self.path = path
    self.limit = limit
  }

  /// Keeps `events`. Returns how many of earlier ones are gone for it.
  func append(_ events: ArraySlice<ShippedEvent>, reason: String) throws(OutboxError) -> UInt64 {
    var writer = JSONWriter()
    for event in events {
      writer.beginObject()
      writer.key("id")
      writer.value(event.id)
      writer.key("reason")
      writer.value(reason)
      writer.key("event")
      writer.rendered(event.text.rawSpan)
      writer.endObject()
      writer.newline()
    }
    var replaced: UInt64 = 0
    var file = try OpenFile.open(path, O_WRONLY | O_CREAT, mode: 0o600)
    if file.size > limit {
      let older = path + ".1"
      let count = Self.lineCount(of: older)
      guard unsafe rename(path, older) == 0 else { throw OutboxError("rename", path, errno) }
      replaced = count
      file = try OpenFile.open(path, O_WRONLY | O_CREAT, mode: 0o600)
    }
    let size = file.size
    if let failure = file.write(writer.bytes, at: size).failure {
      _ = file.truncate(to: size)
      throw OutboxError("write", path, failure)
    }
    return replaced
  }

  private static func lineCount(of path: String) -> UInt64 {
    guard let file = try? OpenFile.open(path, O_RDONLY) else { return 0 }
    var (count, offset) = (UInt64(0), 0)
    while true {
      var piece: [UInt8] = []
      guard file.read(1 << 20, at: offset, appendingTo: &piece) == nil, !piece.isEmpty else { return count }
      count += UInt64(piece.count { $0 == 0x0a })
      offset += piece.count
    }
  }
}
