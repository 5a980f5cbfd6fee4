/// What `/proc/PID/stat` tells about a process (or `/proc/PID/task/TID/stat` about a thread).
package struct ProcessStat: Hashable, Sendable {
  /// Field 1: the id in the pid namespace of the procfs that was read.
  package let pid: Int32
  /// Field 2: the name of the task, which may hold any byte but NUL; invalid UTF-8 is repaired.
  package let comm: String
  /// Field 3, and 20: whether all of it has ended and only waits for its parent to ask how.
  package let isZombie: Bool
  /// Field 4: the pid of the current parent, 0 when it has none in this pid namespace.
  package let parent: Int32
  /// Field 5.
  package let processGroup: Int32
  /// Field 6.
  package let session: Int32
  /// Field 7: the controlling terminal, 0:0 when there is none.
  package let terminal: DeviceNumber
  /// Field 9, bit `PF_KTHREAD`.
  package let isKernelThread: Bool
  /// Field 22: when it started, in clock ticks (`sysconf(_SC_CLK_TCK)` a second) after boot.
  package let startTicks: UInt64
  /// Fields 28, 49 and 51: where the kernel has put the stack, the command line and the environment. Each exec has them
  /// put anew. Empty where they are not told.
  package let imagePlaces: [UInt64]

  /// Reads the text of one file; nil when it is not of that shape or ends before field 22.
  package init?(_ text: Span<UInt8>) {
    // The name may hold parentheses and line feeds, but the fields behind it cannot, so the last one closes it.
    guard let open = text.firstIndex(of: UInt8(ascii: "(")),
      let close = text.lastIndex(of: UInt8(ascii: ")")), open < close
    else { return nil }
    var front = TextScanner(text.extracting(first: open))
    var fields = TextScanner(text.extracting(droppingFirst: close + 1))
    guard let state = fields.word() else { return nil }
    guard let pid = front.integer(Int32.self),
      let parent = fields.integer(Int32.self),
      let processGroup = fields.integer(Int32.self),
      let session = fields.integer(Int32.self),
      let terminal = fields.integer(Int32.self)
    else { return nil }
    fields.skip(words: 1)
    guard let flags = fields.integer(UInt32.self) else { return nil }
    fields.skip(words: 10)
    guard let threads = fields.integer(Int64.self) else { return nil }
    fields.skip(words: 1)
    guard let startTicks = fields.integer(UInt64.self) else { return nil }
    var places: [UInt64] = []
    for skipped in [5, 20, 1] {
      fields.skip(words: skipped)
      if let place = fields.integer(UInt64.self) { places.append(place) }
    }

    self.pid = pid
    self.comm = text.extracting(open + 1..<close).string
    self.parent = parent
    self.processGroup = processGroup
    self.session = session
    // Printed as a signed number, though it is 32 bits of device number.
    self.terminal = DeviceNumber(encoded: UInt32(bitPattern: terminal))
    self.isKernelThread = flags & 0x0020_0000 != 0
    self.startTicks = startTicks
    // A program goes on whose first thread alone has ended.
    isZombie = (state.equals("Z") || state.equals("X")) && threads <= 1
    imagePlaces = places
  }
}
