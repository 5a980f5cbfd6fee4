import Glibc
import MartletOutbox

/// Writes events to an outbox until somebody kills it, and says after each batch how far it has come: the number of the
/// last event that the outbox took. An event's text is its number and filling.
///
///     outbox-writer DIRECTORY LIMIT drop-oldest|refuse-newest
@main
enum OutboxWriter {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let limit = Int(arguments[2]),
      let whenFull = OutboxConfiguration.WhenFull(rawValue: arguments[3])
    else { exit(2) }
    let configuration = OutboxConfiguration(
      directory: arguments[1], cursors: arguments[1] + "/cursors", limit: limit, whenFull: whenFull, sync: .never)
    var store = try SegmentStore.open(configuration)
    var batch = FrameBatch()
    while true {
      for number in store.next..<store.next + UInt64.random(in: 1...8) {
        let text = Array("\(number) ".utf8) + [UInt8](repeating: UInt8(number & 0xff), count: .random(in: 0...5000))
        batch.append { $0(text.rawSpan) }
      }
      store.append(&batch)
      batch.removeAll()
      let acknowledged = Array("\(store.next - 1)\n".utf8)
      guard unsafe write(1, acknowledged, acknowledged.count) == acknowledged.count else { exit(1) }
    }
  }
}
