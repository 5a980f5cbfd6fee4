import Glibc
import MartletOutbox
import MartletSchema

/// The file of events that a sink refused for good: one JSON object a line, with the reason.
///
/// Once it is large it is renamed to `FILE.1`, which it replaces.
struct DeadLetters {
  let path: String
  private let limit = 64 << 20

  init(path: String) { self.path = path }

  /// Keeps `events`. Returns the `errno` of what failed.
  func append(_ events: ArraySlice<ShippedEvent>, reason: String) -> Int32? {
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
    do {
      var file = try OpenFile.open(path, O_WRONLY | O_CREAT, mode: 0o600)
      if file.size > limit {
        unsafe rename(path, path + ".1")
        file = try OpenFile.open(path, O_WRONLY | O_CREAT, mode: 0o600)
      }
      let size = file.size
      let (_, failure) = file.write(writer.bytes, at: size)
      if failure != nil { _ = file.truncate(to: size) }
      return failure
    } catch {
      return error.errno
    }
  }
}
