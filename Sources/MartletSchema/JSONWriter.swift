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
/// A comma is written before a key, an element or spliced text whenever what stands before it is a finished value.
@safe
public struct JSONWriter: ~Copyable {
  /// The text's first byte. The byte before it is always `{`, so that nothing is a comma's reason at the start.
  private var start: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes written so far.
  public private(set) var count = 0

  /// An empty writer with room for `capacity` bytes before it grows.
  public init(capacity: Int = 16_384) {
    self.capacity = max(capacity, 64)
    unsafe start = Self.allocate(self.capacity)
  }

  deinit { unsafe (start - 16).deallocate() }

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
  public mutating func removeAll() { count = 0 }

  /// Forgets everything past the first `count` bytes, as `count` told it earlier.
  ///
  /// - Precondition: `count` is not larger than the present one.
  public mutating func truncate(to count: Int) {
    precondition((0...self.count).contains(count), "a writer does not grow by truncation")
    self.count = count
  }

  // MARK: Structure

  /// Opens an object, as the document, a member's value or an array's element.
  public mutating func beginObject() { open(UInt8(ascii: "{")) }
  /// Closes the object opened last.
  public mutating func endObject() { append(byte: UInt8(ascii: "}")) }
  /// Opens an array.
  public mutating func beginArray() { open(UInt8(ascii: "[")) }
  /// Closes the array opened last.
  public mutating func endArray() { append(byte: UInt8(ascii: "]")) }
  /// Ends a line; the next document needs no comma.
  public mutating func newline() { append(byte: UInt8(ascii: "\n")) }

  /// Writes a member's name; its value comes next.
  @inline(__always)
  public mutating func key(_ key: JSONKey) {
    reserve(JSONKey.capacity &+ 1)
    separate()
    // Three copies of known size instead of one of unknown size; what lies behind the key is overwritten later.
    let source = unsafe UnsafeRawPointer(key.text.utf8Start)
    let end = unsafe start + count
    unsafe end.copyMemory(from: source, byteCount: 16)
    if key.count > 16 { unsafe (end + 16).copyMemory(from: source + 16, byteCount: JSONKey.capacity &- 16) }
    count &+= key.count
  }

  /// Writes the name of a member that the schema does not fix; its value comes next.
  public mutating func key(_ name: String) {
    value(name)
    append(byte: UInt8(ascii: ":"))
  }

  /// Splices JSON text that was rendered before: a whole value after a key or in an array, or the members of an
  /// object without its braces (`writeMembers(to:)`). Not checked. Empty text changes nothing.
  public mutating func rendered(_ text: RawSpan) {
    guard !text.isEmpty else { return }
    reserve(text.byteCount &+ 1)
    separate()
    unsafe text.withUnsafeBytes { source in
      if let from = source.baseAddress {
        unsafe (start + count).copyMemory(from: from, byteCount: source.count)
      }
    }
    count &+= text.byteCount
  }

  // MARK: Values

  /// Writes `true` or `false`.
  public mutating func value(_ value: Bool) {
    reserve(6)
    separate()
    if value { append(static: "true") } else { append(static: "false") }
  }

  /// Writes `null`.
  public mutating func null() {
    reserve(5)
    separate()
    append(static: "null")
  }

  /// Writes an integer.
  public mutating func value(_ value: JSONInteger) {
    reserve(22)
    separate()
    var magnitude = value.bits
    if value.isNegative {
      append(byte: UInt8(ascii: "-"))
      magnitude = 0 &- magnitude
    }
    append(digits: magnitude)
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
    separate()
    appendQuoted(value)
  }

  /// Writes a text.
  public mutating func value(_ value: String) {
    var value = value
    value.withUTF8 { text in
      reserve(text.count &+ 3)
      separate()
      unsafe appendQuoted(text)
    }
  }

  // MARK: Bytes

  /// Whether `byte`, standing last, expects a value or a name without a comma.
  @inline(__always)
  private static func opens(_ byte: UInt8) -> Bool {
    // '{' 0x7b and '[' 0x5b differ in one bit; no byte that ends a value is 0x5b or 0x7b.
    byte | 0x20 == UInt8(ascii: "{") || byte == UInt8(ascii: ":") || byte == UInt8(ascii: "\n")
  }

  /// Writes a comma if a finished value stands last. There is room for it.
  @inline(__always)
  private mutating func separate() {
    let end = unsafe start + count
    unsafe end.storeBytes(of: UInt8(ascii: ","), as: UInt8.self)
    count &+= unsafe Self.opens((end - 1).load(as: UInt8.self)) ? 0 : 1
  }

  @inline(__always)
  private mutating func open(_ bracket: UInt8) {
    reserve(2)
    separate()
    append(byte: bracket)
  }

  @inline(__always)
  private mutating func append(byte: UInt8) {
    reserve(1)
    unsafe start.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
    count &+= 1
  }

  /// Copies text that has room.
  @inline(__always)
  private mutating func append(static text: StaticString) {
    unsafe (start + count).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    count &+= text.utf8CodeUnitCount
  }

  /// Makes room for `extra` more bytes.
  @inline(__always)
  private mutating func reserve(_ extra: Int) {
    if extra > capacity &- count { grow(by: extra) }
  }

  @inline(never)
  private mutating func grow(by extra: Int) {
    let capacity = max(self.capacity * 2, count + extra)
    let moved = unsafe Self.allocate(capacity)
    unsafe moved.copyMemory(from: start, byteCount: count)
    unsafe (start - 16).deallocate()
    unsafe start = moved
    self.capacity = capacity
  }

  private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
    let start = unsafe UnsafeMutableRawPointer.allocate(byteCount: capacity + 16, alignment: 16) + 16
    unsafe (start - 1).storeBytes(of: UInt8(ascii: "{"), as: UInt8.self)
    return unsafe start
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
    var end = unsafe start + count + length
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
    count &+= length
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

    var end = unsafe start + count
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
    count = unsafe end - start + 2
  }

  // MARK: Texts

  /// Writes a quoted text; there is room for it if nothing in it needs an escape.
  @inline(__always)
  private mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>) {
    let length = text.count
    let destination = unsafe start + count
    unsafe destination.storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    guard unsafe Self.copyPlain(text, to: destination + 1) else { return unsafe appendEscaped(text) }
    unsafe (destination + length + 1).storeBytes(of: UInt8(ascii: "\""), as: UInt8.self)
    count &+= length &+ 2
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
    reserve(text.count * 6 + 2)
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
    append(byte: UInt8(ascii: "\""))
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
