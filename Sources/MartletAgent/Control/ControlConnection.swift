import CLinux
import Glibc
import MartletSchema

/// One client of the control socket. It cannot make the agent wait, nor keep more than its buffers hold.
final class ControlConnection {
  let descriptor: Int32
  let peer: clinux_peer
  /// What it has asked to be told of from now on.
  var streams: [UInt64: EventStream] = [:]
  /// Requests for numbers once a second.
  var stats: Set<UInt64> = []
  /// Whether it has asked what rules make the kernel let through: that is counted as long as it is there.
  var wantsFilters = false
  /// Whether it is to be hung up on once it has read what is written.
  private var isEnding = false
  /// Whether it will ask for nothing more.
  private var isOver = false
  /// Whether there is nobody at its other end any more.
  private var isBroken = false
  /// Requests that are still answered in this second.
  private var allowance = 10

  private var input: [UInt8] = []
  /// How much of `input` has no end of a line.
  private var searched = 0
  private var output: [UInt8] = []
  /// What the poller heeds: that it can be read, that it can be written to.
  private var heeded = (true, false)
  /// How much of `output` has been sent.
  private var sent = 0

  /// Bytes that wait for a client that does not read: beyond that nothing is added to its streams, and it is not answered.
  private static let waitingLimit = 1 << 20
  /// Streams, and requests for numbers, of one client.
  static let mostStreams = 8

  /// - Parameter descriptor: does not block, and is closed in the end.
  init(_ descriptor: Int32, _ peer: clinux_peer) {
    self.descriptor = descriptor
    self.peer = peer
  }

  deinit { close(descriptor) }

  /// Whether the peer is root, or whoever the agent runs as.
  var isRoot: Bool { peer.uid == 0 || peer.uid == geteuid() }

  func isIn(_ group: gid_t) -> Bool {
    unsafe withUnsafePointer(to: peer) { unsafe clinux_peer_has_group(descriptor, $0, group) }
  }

  // MARK: Reading

  /// Reads what has come, not much at a time.
  func receive() {
    guard hearsMore else { return }
    var chunk = [UInt8](repeating: 0, count: 8192)
    let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
    if count > 0 {
      input += chunk.prefix(count)
    } else if count == 0 {
      isOver = true
    } else if errno != EAGAIN && errno != EINTR {
      isBroken = true
    }
  }

  /// Whether it is read from: not while it does not take its answers, nor while there is enough to answer.
  private var hearsMore: Bool { mayAsk && !isOver && !hasLine }

  /// Whether its requests are answered just now.
  private var mayAsk: Bool { !isEnding && !isBroken && hasRoom && allowance > 0 }

  /// Whether a whole line waits to be taken.
  private var hasLine: Bool { lineEnd != nil }

  /// Where the first line ends.
  private var lineEnd: Int? {
    let end = input[searched...].firstIndex(of: UInt8(ascii: "\n"))
    searched = end ?? input.count
    return end
  }

  /// The next request, without its line's end; `nil` if there is none for now.
  func request() -> [UInt8]? {
    guard mayAsk else { return nil }
    let end = lineEnd
    guard end ?? input.count <= ControlRequest.longest else {
      refuse(ControlRefusal(.limit, "a line has at most \(ControlRequest.longest) bytes"))
      hangUp()
      return nil
    }
    guard let end else { return nil }
    let line = Array(input[..<end])
    input.removeSubrange(...end)
    searched = 0
    allowance -= 1
    return line
  }

  /// The last request takes as long as so many others.
  func charge(_ requests: Int) { allowance -= requests - 1 }

  /// A second has begun, in which so many requests are answered.
  func tick(allowance: Int) { self.allowance = allowance }

  /// Hears nothing more from it; to be closed once it has read what waits.
  func hangUp() { isEnding = true }

  /// Nobody is there any more.
  func breakOff() { isBroken = true }

  /// Whether it is to be closed: nobody is there, or all is said.
  func isDone(isOwed: Bool) -> Bool {
    isBroken || !isWaiting && (isEnding || isOver && !hasLine && streams.isEmpty && stats.isEmpty && !isOwed)
  }

  /// Calls `change` where the poller is to heed something else than it does.
  func heed(_ change: (_ readable: Bool, _ writable: Bool) -> Void) {
    // A socket that has room is ready at once: that brings up the requests that were left for the next turn.
    let wanted = (hearsMore, isWaiting || (hasLine && mayAsk))
    guard wanted != heeded else { return }
    heeded = wanted
    change(wanted.0, wanted.1)
  }

  // MARK: Writing

  /// How many streams it is told, numbers among them.
  var streamCount: Int { streams.count + stats.count }

  /// Whether a stream may add to what waits.
  var hasRoom: Bool { output.count - sent < Self.waitingLimit }

  /// Whether something waits to be sent.
  var isWaiting: Bool { sent < output.count }

  /// Adds a line to what waits to be sent.
  func queue(_ writer: borrowing JSONWriter) {
    unsafe writer.bytes.withUnsafeBytes { unsafe output.append(contentsOf: $0) }
    output.append(UInt8(ascii: "\n"))
    if !hasRoom { flush() }
  }

  /// Answers a request: `fill` writes the members of the result.
  func answer(_ id: UInt64, _ fill: (inout JSONWriter) -> Void) {
    var writer = JSONWriter(capacity: 1024)
    writer.beginObject()
    writer.member("id", id)
    writer.key("result")
    writer.beginObject()
    fill(&writer)
    writer.endObject()
    writer.endObject()
    queue(writer)
  }

  func refuse(_ refusal: ControlRefusal) {
    var writer = JSONWriter(capacity: 1024)
    writer.beginObject()
    writer.member("id", refusal.id ?? 0)
    writer.key("error")
    writer.beginObject()
    writer.member("code", refusal.code.rawValue)
    writer.member("message", refusal.message)
    writer.endObject()
    writer.endObject()
    queue(writer)
  }

  /// Sends what the other end has room for.
  func flush() {
    while sent < output.count, !isBroken {
      let count = unsafe output.withUnsafeBytes {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[sent...])
        return unsafe send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EINTR { continue }
        if errno != EAGAIN { isBroken = true }
        break
      }
      sent += count
    }
    guard sent > 0 else { return }
    if sent == output.count {
      output.removeAll(keepingCapacity: output.capacity <= 1 << 16)
      sent = 0
    } else if sent >= Self.waitingLimit {
      output.removeFirst(sent)
      sent = 0
    }
  }
}

extension JSONWriter {
  mutating func member(_ name: String, _ text: String) {
    key(name)
    value(text)
  }

  mutating func member(_ name: String, _ number: UInt64) {
    key(name)
    value(JSONInteger(number))
  }

  mutating func member(_ name: String, _ truth: Bool) {
    key(name)
    value(truth)
  }

  /// A member that is an object, whose members `fill` writes.
  mutating func object(_ name: String, _ fill: (inout JSONWriter) -> Void) {
    key(name)
    beginObject()
    fill(&self)
    endObject()
  }

  /// A member that is a list of objects.
  mutating func list<Element>(_ name: String, _ elements: [Element], _ fill: (inout JSONWriter, Element) -> Void) {
    key(name)
    beginArray()
    for element in elements {
      beginObject()
      fill(&self, element)
      endObject()
    }
    endArray()
  }
}
