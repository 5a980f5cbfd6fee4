/// An append-only buffer of JSON text that knows where commas belong.
///
/// One writer serves any number of events: `removeAll()` keeps the memory, so that a writer that has seen its largest
/// event allocates no more. Texts come out in the shortest form JSON allows: only `"`, `\` and control characters are
/// escaped.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.beginObject()
/// writer.member(EventDocument.Key.agent, agent)
/// writer.key(EventDocument.Key.process)
/// writer.rendered(cachedProcess)
/// writer.endObject()
/// writer.newline()
/// ```
///
/// Every finished value is followed by a comma at once, which the closing bracket, the newline or the reader of `bytes`
/// then takes back. Looking at what stands before a value instead would make each wait for the one before.
@safe
public struct JSONWriter: ~Copyable {
  private var start: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes in use, a comma after the last value included.
  private var used = 0

  /// An empty writer with room for `capacity` bytes before it grows.
  public init(capacity: Int = 16_384) {
    self.capacity = max(capacity, 64)
    unsafe start = .allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit { unsafe start.deallocate() }

  /// Bytes written so far.
  public var count: Int { endsWithComma ? used - 1 : used }

  /// Where the next byte goes: a comma that may still turn out to be too much stands before it.
  package var position: Int { used }

  /// What has been written, valid until the next change.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let span = unsafe UnsafeRawBufferPointer(start: start, count: count).bytes
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// What has been written, as a text.
  public var text: String { unsafe String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self) }

  /// Forgets the text and keeps its memory.
  public mutating func removeAll() { used = 0 }

  /// Forgets everything past the first `count` bytes, as `count` told it earlier.
  ///
  /// - Precondition: `count` is not larger than the present one.
  public mutating func truncate(to count: Int) {
    precondition((0...self.count).contains(count), "a writer does not grow by truncation")
    used = count
    guard count > 0 else { return }
    let last = unsafe start.load(fromByteOffset: count - 1, as: UInt8.self)
    if !"{[:\n".utf8.contains(last) { append(byte: UInt8(ascii: ",")) }
  }

  // MARK: Structure

  /// Opens an object, as the document, a member's value or an array's element.
  public mutating func beginObject() { append(byte: UInt8(ascii: "{")) }
  /// Closes the object opened last.
  public mutating func endObject() { close(UInt8(ascii: "}")) }
  /// Opens an array.
  public mutating func beginArray() { append(byte: UInt8(ascii: "[")) }
  /// Closes the array opened last.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Ends a line.
  public mutating func newline() {
    used = count
    append(byte: UInt8(ascii: "\n"))
  }

  /// Writes a member's name; its value comes next.
  @inline(__always)
  public mutating func key(_ key: JSONKey) {
    reserve(JSONKey.capacity)
    // Two copies of known size instead of one of unknown size; what lies behind the key is overwritten later.
    let source = unsafe UnsafeRawPointer(key.text.utf8Start)
    let end = unsafe start + used
    unsafe end.copyMemory(from: source, byteCount: 16)
    if key.count > 16 { unsafe (end + 16).copyMemory(from: source + 16, byteCount: JSONKey.capacity &- 16) }
    used &+= key.count
  }

  /// Writes the name of a member that the schema does not fix; its value comes next.
  public mutating func key(_ name: String) {
    value(name)
    unsafe start.storeBytes(of: UInt8(ascii: ":"), toByteOffset: used &- 1, as: UInt8.self)
  }

  /// Splices JSON text that was rendered before: a whole value after a key or in an array, or the members of an
  /// object without its braces (`writeMembers(to:)`). Not checked. Empty text changes nothing.
  public mutating func rendered(_ text: RawSpan) {
    guard !text.isEmpty else { return }
    reserve(text.byteCount &+ 1)
    unsafe text.withUnsafeBytes { source in
      if let from = source.baseAddress {
        unsafe (start + used).copyMemory(from: from, byteCount: source.count)
      }
    }
    used &+= text.byteCount
    append(byte: UInt8(ascii: ","))
  }

  // MARK: Values

  /// Writes `true` or `false`.
  public mutating func value(_ value: Bool) {
    reserve(6)
    if value { append(static: "true,") } else { append(static: "false,") }
  }

  /// Writes `null`.
  public mutating func null() {
    reserve(5)
    append(static: "null,")
  }

  /// Writes an integer.
  public mutating func value(_ value: JSONInteger) {
    reserve(22)
    var magnitude = value.bits
    if value.isNegative {
      append(byte: UInt8(ascii: "-"))
      magnitude = 0 &- magnitude
    }
    append(digits: magnitude)
    append(byte: UInt8(ascii: ","))
  }

  /// Writes a number that is not an integer, with the fewest digits that read back as the same value.
  ///
  /// - Precondition: `value` is finite.
  public mutating func value(_ value: Double) {
    precondition(value.isFinite, "JSON has no infinity and no NaN")
    var text = value.description
    text.withUTF8 { unsafe rendered($0.span.bytes) }
  }

  /// Writes a moment as an RFC 3339 text in UTC.
  public mutating func value(_ value: Timestamp) {
    reserve(33)
    appendQuoted(value)
    append(byte: UInt8(ascii: ","))
  }

  /// Writes a text.
  public mutating func value(_ value: String) {
    let isWritten: Void? = unsafe value.utf8.withContiguousStorageIfAvailable { text in
      reserve(text.count &+ 3)
      unsafe appendQuoted(text)
    }
    if isWritten == nil { self.value(String(decoding: Array(value.utf8), as: UTF8.self)) }
  }

  // MARK: Bytes

  private var endsWithComma: Bool {
    unsafe used > 0 && start.load(fromByteOffset: used &- 1, as: UInt8.self) == UInt8(ascii: ",")
  }

  /// Puts a bracket where the comma of the last member or element is, or behind the opening bracket.
  @inline(__always)
  private mutating func close(_ bracket: UInt8) {
    reserve(2)
    if endsWithComma { used &-= 1 }
    append(byte: bracket)
    append(byte: UInt8(ascii: ","))
  }

  @inline(__always)
  private mutating func append(byte: UInt8) {
    reserve(1)
    unsafe start.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
    used &+= 1
  }

  /// Copies text that has room.
  @inline(__always)
  private mutating func append(static text: StaticString) {
    unsafe (start + used).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    used &+= text.utf8CodeUnitCount
  }

  /// Makes room for `extra` more bytes.
  @inline(__always)
  private mutating func reserve(_ extra: Int) {
    if extra > capacity &- used { grow(by: extra) }
  }

  @inline(never)
  private mutating func grow(by extra: Int) {
    let capacity = max(self.capacity * 2, used + extra)
    let moved = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    unsafe moved.copyMemory(from: start, byteCount: used)
    unsafe start.deallocate()
    unsafe start = moved
    self.capacity = capacity
  }

  // MARK: Integers and times

  /// `00` to `99`, two bytes each.
  private static var pairs: StaticString {
    """
    0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
    5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
    """
  }

  /// Stores the two digits of `value`, 0 to 99.
  @inline(__always)
  private static func storePair(_ value: some UnsignedInteger, at destination: UnsafeMutableRawPointer) {
    let pair = unsafe UnsafeRawPointer(pairs.utf8Start).loadUnaligned(
      fromByteOffset: Int(truncatingIfNeeded: value) &* 2, as: UInt16.self)
    unsafe destination.storeBytes(of: pair, as: UInt16.self)
  }

  /// Writes decimal digits, which have room, from the last to the first.
  @inline(__always)
  private mutating func append(digits value: UInt64) {
    let length = Self.digits(in: value)
    var rest = value
    var end = unsafe start + used + length
    while rest >= 100 {
      let quotient = rest / 100
      unsafe end -= 2
      unsafe Self.storePair(rest &- quotient &* 100, at: end)
      rest = quotient
    }
    if rest >= 10 {
      unsafe Self.storePair(rest, at: end - 2)
    } else {
      unsafe (end - 1).storeBytes(of: UInt8(truncatingIfNeeded: rest) &+ 0x30, as: UInt8.self)
    }
    used &+= length
  }

  @inline(__always)
  private static func digits(in value: UInt64) -> Int {
    if value < 10 { return 1 }
    if value < 100 { return 2 }
    var length = 2
    var rest = value / 100
    while rest >= 100 {
      rest /= 100
      length &+= 2
    }
    return length &+ (rest >= 10 ? 2 : 1)
  }

  /// Writes `"YYYY-MM-DDTHH:MM:SS.fffffffffZ"`, which has room (32 bytes).
  private mutating func appendQuoted(_ time: Timestamp) {
    let second = time.nanoseconds.flooredQuotient(by: 1_000_000_000)
    let fraction = UInt32(truncatingIfNeeded: time.nanoseconds &- second &* 1_000_000_000)
    let day = second.flooredQuotient(by: 86_400)
    let secondOfDay = UInt32(truncatingIfNeeded: second &- day &* 86_400)
    let date = CivilDate(daysSinceEpoch: day)

    var end = unsafe start + used
    unsafe end.copyMemory(from: UnsafeRawPointer(("\"0000-00-00T00:00:00." as StaticString).utf8Start), byteCount: 21)
    unsafe Self.storePair(date.year / 100, at: end + 1)
    unsafe Self.storePair(date.year % 100, at: end + 3)
    unsafe Self.storePair(date.month, at: end + 6)
    unsafe Self.storePair(date.day, at: end + 9)
    unsafe Self.storePair(secondOfDay / 3600, at: end + 12)
    unsafe Self.storePair(secondOfDay / 60 % 60, at: end + 15)
    unsafe Self.storePair(secondOfDay % 60, at: end + 18)
    unsafe end += 20
    if fraction != 0 {
      var rest = fraction
      unsafe (end + 9).storeBytes(of: UInt8(truncatingIfNeeded: rest % 10) &+ 0x30, as: UInt8.self)
      rest /= 10
      for offset in stride(from: 7, to: 0, by: -2) {
        unsafe Self.storePair(rest % 100, at: end + offset)
        rest /= 100
      }
      unsafe end += 10
      while unsafe (end - 1).load(as: UInt8.self) == UInt8(ascii: "0") { unsafe end -= 1 }
    }
    unsafe end.storeBytes(of: UInt8(ascii: "Z"), as: UInt8.self)
    unsafe (end + 1).storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    used = unsafe end - start + 2
  }

  // MARK: Texts

  /// Writes a quoted text; there is room for it if nothing in it needs an escape.
  @inline(__always)
  private mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>) {
    let length = text.count
    let destination = unsafe start + used
    unsafe destination.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    guard unsafe Self.copyPlain(text, to: destination + 1) else { return unsafe appendEscaped(text) }
    unsafe (destination + length + 1).storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    unsafe (destination + length + 2).storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
    used &+= length &+ 3
  }

  /// Copies `text` as long as nothing in it needs an escape; false if something does.
  ///
  /// Loads and stores stay inside of text and room: lengths that are no multiple of the step end with a step that
  /// overlaps the one before.
  @inline(__always)
  private static func copyPlain(_ text: UnsafeBufferPointer<UInt8>, to destination: UnsafeMutableRawPointer) -> Bool {
    guard let source = unsafe UnsafeRawPointer(text.baseAddress) else { return true }
    let length = text.count
    if length >= 16 {
      // Comparing bytes of a SIMD vector is a loop over its bytes to this compiler; words are faster.
      var offset = 0
      repeat {
        let step = min(offset, length &- 16)
        let head = unsafe source.loadUnaligned(fromByteOffset: step, as: UInt64.self)
        let tail = unsafe source.loadUnaligned(fromByteOffset: step &+ 8, as: UInt64.self)
        if special(head) | special(tail) != 0 { return false }
        unsafe destination.storeBytes(of: head, toByteOffset: step, as: UInt64.self)
        unsafe destination.storeBytes(of: tail, toByteOffset: step &+ 8, as: UInt64.self)
        offset &+= 16
      } while offset < length
      return true
    }
    if length >= 8 {
      let head = unsafe source.loadUnaligned(as: UInt64.self)
      let tail = unsafe (source + (length &- 8)).loadUnaligned(as: UInt64.self)
      unsafe destination.storeBytes(of: head, as: UInt64.self)
      unsafe (destination + (length &- 8)).storeBytes(of: tail, as: UInt64.self)
      return special(head) | special(tail) == 0
    }
    if length >= 4 {
      let head = unsafe source.loadUnaligned(as: UInt32.self)
      let tail = unsafe (source + (length &- 4)).loadUnaligned(as: UInt32.self)
      unsafe destination.storeBytes(of: head, as: UInt32.self)
      unsafe (destination + (length &- 4)).storeBytes(of: tail, as: UInt32.self)
      return special(UInt64(head) | UInt64(tail) << 32) == 0
    }
    for offset in 0..<length {
      let byte = unsafe source.load(fromByteOffset: offset, as: UInt8.self)
      if byte < 0x20 || byte == 0x22 || byte == 0x5c { return false }
      unsafe destination.storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
    }
    return true
  }

  /// Non-zero if one of eight bytes is a quote, a backslash or a control character.
  ///
  /// Subtracting makes the top bit of a byte that was zero (or, in the last case, below 0x20); bytes whose top bit was
  /// set before do not count. Borrows reach only bytes above one that counts.
  @inline(__always)
  private static func special(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = (word ^ (ones &* 0x22)) &- ones
    let backslashes = (word ^ (ones &* 0x5c)) &- ones
    return (quotes | backslashes | (word &- ones &* 0x20)) & ~word & (ones &* 0x80)
  }

  /// Writes a quoted text byte by byte, with room for its escapes.
  @inline(never)
  private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
    reserve(text.count * 6 + 3)
    append(byte: UInt8(ascii: "\""))
    let bytes = unsafe text.span
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case 0x22: append(static: #"\""#)
      case 0x5c: append(static: #"\\"#)
      case 0x08: append(static: #"\b"#)
      case 0x09: append(static: #"\t"#)
      case 0x0a: append(static: #"\n"#)
      case 0x0c: append(static: #"\f"#)
      case 0x0d: append(static: #"\r"#)
      case 0..<0x20:
        append(static: #"\u00"#)
        append(byte: 0x30 + (byte >> 4))
        append(byte: byte & 15 < 10 ? 0x30 + (byte & 15) : 0x61 + (byte & 15) - 10)
      default: append(byte: byte)
      }
    }
    append(static: "\",")
  }
}

extension Int64 {
  /// The quotient rounded towards minus infinity, for a divisor above zero.
  @inline(__always)
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self &- quotient &* divisor < 0 ? quotient &- 1 : quotient
  }
}
