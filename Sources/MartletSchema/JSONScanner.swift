/// Walks JSON text token by token and knows at every moment where in the document it is.
///
/// Accepts RFC 8259 and nothing else: UTF-8 without errors, escapes that stand for characters, no trailing commas.
/// Nesting is bounded, so that callers may recurse. Reading past the end is impossible: every load is checked.
@safe
struct JSONScanner: ~Copyable {
  /// Containers may nest this deep; one more is a violation.
  static let deepest = 511

  /// Where a value stands in its container.
  private struct Step {
    /// Offset of a member's name, or the index of an array's element.
    var start: Int
    /// Offset past the name, or one of the two below.
    var end: Int

    static let element = -1
    /// Before the next name of an object is read.
    static let nothing = -2
  }

  private var base: UnsafePointer<UInt8>
  private var count = 0
  /// The next byte to look at.
  private(set) var offset = 0
  private let path: UnsafeMutablePointer<Step>
  private var depth = 0
  /// The last name or text that had to be unescaped.
  private var scratch: [UInt8] = []

  init() {
    unsafe path = .allocate(capacity: Self.deepest)
    unsafe base = UnsafePointer(("" as StaticString).utf8Start)
  }

  deinit { unsafe path.deallocate() }

  /// Starts on a document. It must stay where it is until `finish()`.
  mutating func begin(_ text: RawSpan) {
    offset = 0
    depth = 0
    count = text.byteCount
    // A RawSpan cannot be kept here without making the scanner as short-lived as one document. Its bytes live as long
    // as the call that lent it, and that call ends with `finish()`, after which every load is out of bounds.
    unsafe text.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { unsafe base = start.assumingMemoryBound(to: UInt8.self) }
    }
  }

  /// Ends with a document, of which nothing is read any more.
  mutating func finish() { count = 0 }

  // MARK: Tokens

  /// The next byte that is no whitespace, left in place; 0 at the end.
  @inline(__always)
  mutating func peek() -> UInt8 {
    while offset < count {
      let byte = unsafe base[offset]
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
      offset &+= 1
    }
    return 0
  }

  /// What the next value is, by its first byte; nil if no value starts here.
  mutating func kind() -> JSONKind? {
    switch peek() {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    default: nil
    }
  }

  /// Whether the next value can be of type `type`, by its first byte.
  @inline(__always)
  mutating func isNext(_ type: SchemaType) -> Bool {
    let byte = peek()
    return switch type {
    case .object: byte == UInt8(ascii: "{")
    case .array: byte == UInt8(ascii: "[")
    case .string, .dateTime: byte == UInt8(ascii: "\"")
    case .integer: byte &- 0x30 < 10 || byte == UInt8(ascii: "-")
    case .boolean: byte == UInt8(ascii: "t") || byte == UInt8(ascii: "f")
    case .any: true
    }
  }

  /// Enters an object; false if it is empty and left again.
  @inline(__always)
  mutating func enterObject() throws(Violation) -> Bool {
    try enter(closing: UInt8(ascii: "}"))
  }

  /// Enters an array and stands before its first element; false if it is empty and left again.
  @inline(__always)
  mutating func enterArray() throws(Violation) -> Bool {
    guard try enter(closing: UInt8(ascii: "]")) else { return false }
    unsafe path[depth &- 1] = Step(start: 0, end: Step.element)
    return true
  }

  private mutating func enter(closing: UInt8) throws(Violation) -> Bool {
    guard depth < Self.deepest else { throw violation(.malformed(.tooDeep)) }
    offset &+= 1
    if peek() == closing {
      offset &+= 1
      return false
    }
    unsafe path[depth] = Step(start: 0, end: Step.nothing)
    depth &+= 1
    return true
  }

  /// Goes on to the next member; false if the object ended.
  @inline(__always)
  mutating func nextMember() throws(Violation) -> Bool {
    let byte = peek()
    offset &+= 1
    if byte == UInt8(ascii: ",") {
      unsafe path[depth &- 1].end = Step.nothing
      return true
    }
    guard byte == UInt8(ascii: "}") else { throw unexpected("',' or '}'", at: offset &- 1) }
    depth &-= 1
    return false
  }

  /// Goes on to the next element; false if the array ended.
  @inline(__always)
  mutating func nextElement() throws(Violation) -> Bool {
    let byte = peek()
    offset &+= 1
    if byte == UInt8(ascii: ",") {
      unsafe path[depth &- 1].start &+= 1
      return true
    }
    guard byte == UInt8(ascii: "]") else { throw unexpected("',' or ']'", at: offset &- 1) }
    depth &-= 1
    return false
  }

  /// Reads a member's name and the colon after it.
  mutating func name() throws(Violation) -> JSONText {
    guard peek() == UInt8(ascii: "\"") else { throw unexpected("a property's name in quotes", at: offset) }
    let name = try text()
    unsafe path[depth &- 1] = Step(start: name.start, end: name.end)
    guard peek() == UInt8(ascii: ":") else { throw unexpected("':'", at: offset) }
    offset &+= 1
    return name
  }

  /// Reads a string. The next byte is its opening quote.
  mutating func text() throws(Violation) -> JSONText {
    let start = offset &+ 1
    var end = start
    // Eight bytes at a time, up to a quote, a backslash, a control character or something that is not ASCII. Below
    // the first such byte nothing borrows, so that the lowest mark is exact.
    let ones: UInt64 = 0x0101_0101_0101_0101
    while end &+ 8 <= count {
      let word = unsafe UInt64(littleEndian: UnsafeRawPointer(base + end).loadUnaligned(as: UInt64.self))
      let quotes = (word ^ (ones &* 0x22)) &- ones
      let backslashes = (word ^ (ones &* 0x5c)) &- ones
      let marks = (quotes | backslashes | (word &- ones &* 0x20) | word) & (ones &* 0x80)
      guard marks == 0 else {
        end &+= marks.trailingZeroBitCount &>> 3
        guard unsafe base[end] == UInt8(ascii: "\"") else { break }
        offset = end &+ 1
        return JSONText(start: start, end: end, isEscaped: false)
      }
      end &+= 8
    }
    offset = end
    return try rest(of: start)
  }

  /// Reads the rest of a string that began at `start`, byte by byte.
  private mutating func rest(of start: Int) throws(Violation) -> JSONText {
    var isEscaped = false
    while offset < count {
      let byte = unsafe base[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset &+= 1
        return JSONText(start: start, end: offset &- 1, isEscaped: isEscaped)
      case UInt8(ascii: "\\"):
        isEscaped = true
        try skipEscape()
      case 0..<0x20: throw violation(.malformed(.controlCharacter))
      case 0x80...: try skipCharacter(byte)
      default: offset &+= 1
      }
    }
    throw unexpected("a closing quote", at: offset)
  }

  /// Reads `true` or `false`. The next byte is its first.
  mutating func boolean() throws(Violation) -> Bool {
    if unsafe base[offset] == UInt8(ascii: "t") {
      try skip(word: "true")
      return true
    }
    try skip(word: "false")
    return false
  }

  /// Reads `null`. The next byte is its first.
  mutating func null() throws(Violation) { try skip(word: "null") }

  private mutating func skip(word: StaticString) throws(Violation) {
    let length = word.utf8CodeUnitCount
    for index in 0..<length {
      guard offset &+ index < count, unsafe base[offset &+ index] == word.utf8Start[index] else {
        throw unexpected("'\(word)'", at: offset)
      }
    }
    offset &+= length
  }

  /// Makes sure that nothing but whitespace is left.
  mutating func end() throws(Violation) {
    _ = peek()
    guard offset >= count else { throw unexpected("the end of the line after the value", at: offset) }
  }

  // MARK: Parts of a text

  private mutating func skipEscape() throws(Violation) {
    let start = offset
    guard offset &+ 1 < count else { throw unexpected("a closing quote", at: count) }
    switch unsafe base[offset &+ 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset &+= 2
    case UInt8(ascii: "u"):
      guard let unit = hexadecimal(at: offset &+ 2) else { throw violation(.malformed(.badEscape)) }
      offset &+= 6
      if 0xd800...0xdfff ~= unit {
        guard unit < 0xdc00, offset &+ 1 < count, unsafe base[offset] == UInt8(ascii: "\\"),
          unsafe base[offset &+ 1] == UInt8(ascii: "u"), let low = hexadecimal(at: offset &+ 2),
          0xdc00...0xdfff ~= low
        else { throw violation(.malformed(.loneSurrogate), at: start) }
        offset &+= 6
      }
    default: throw violation(.malformed(.badEscape))
    }
  }

  /// The value of four hexadecimal digits; nil if there are no four.
  private func hexadecimal(at start: Int) -> UInt32? {
    guard start &+ 4 <= count else { return nil }
    var value: UInt32 = 0
    for index in start..<start &+ 4 {
      guard let digit = unsafe Self.hexadecimalDigit(base[index]) else { return nil }
      value = value << 4 | digit
    }
    return value
  }

  private static func hexadecimalDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) &- 0x30
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) &- 0x61 &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) &- 0x41 &+ 10
    default: nil
    }
  }

  /// Skips one character of two to four bytes; only the forms of RFC 3629 pass.
  private mutating func skipCharacter(_ lead: UInt8) throws(Violation) {
    // The range of the second byte excludes overlong forms, surrogates and what lies above U+10FFFF.
    let (length, second): (Int, ClosedRange<UInt8>) =
      switch lead {
      case 0xc2...0xdf: (2, 0x80...0xbf)
      case 0xe0: (3, 0xa0...0xbf)
      case 0xed: (3, 0x80...0x9f)
      case 0xe1...0xef: (3, 0x80...0xbf)
      case 0xf0: (4, 0x90...0xbf)
      case 0xf1...0xf3: (4, 0x80...0xbf)
      case 0xf4: (4, 0x80...0x8f)
      default: (0, 0...0)
      }
    guard length > 0, offset &+ length <= count, unsafe second ~= base[offset &+ 1] else {
      throw violation(.malformed(.invalidUTF8))
    }
    for index in 2..<max(length, 2) where unsafe base[offset &+ index] & 0xc0 != 0x80 {
      throw violation(.malformed(.invalidUTF8))
    }
    offset &+= length
  }

  /// Runs `body` on a text's bytes with escapes resolved.
  @inline(__always)
  mutating func withBytes<Result>(of text: JSONText, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    if !text.isEscaped {
      return unsafe body(UnsafeRawBufferPointer(start: base + text.start, count: text.end &- text.start))
    }
    var unescaped: [UInt8] = []
    swap(&unescaped, &scratch)
    unescaped.removeAll(keepingCapacity: true)
    unescape(text, into: &unescaped)
    scratch = unescaped
    return unsafe scratch.withUnsafeBytes { unsafe body($0) }
  }

  /// A text as a string.
  mutating func string(_ text: JSONText) -> String {
    unsafe withBytes(of: text) { unsafe String(decoding: $0, as: UTF8.self) }
  }

  /// A copy of a text with escapes resolved.
  func copy(of text: JSONText) -> String {
    var bytes: [UInt8] = []
    unescape(text, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends a text, whose escapes are known to be right, to `bytes`.
  private func unescape(_ text: JSONText, into bytes: inout [UInt8]) {
    var index = text.start
    while index < text.end {
      let byte = unsafe base[index]
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        index &+= 1
        continue
      }
      let letter = unsafe base[index &+ 1]
      index &+= 2
      switch letter {
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0c)
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "u"):
        var scalar = hexadecimal(at: index) ?? 0xfffd
        index &+= 4
        if 0xd800..<0xdc00 ~= scalar, let low = hexadecimal(at: index &+ 2) {
          scalar = 0x10000 &+ ((scalar & 0x3ff) << 10 | (low & 0x3ff))
          index &+= 6
        }
        bytes.append(contentsOf: UTF8.encode(Unicode.Scalar(scalar) ?? "\u{fffd}").map(Array.init) ?? [])
      default: bytes.append(letter)
      }
    }
  }

  /// A number that is equal for equal texts, and unpredictable for whoever wrote them.
  mutating func hash(_ text: JSONText) -> Int {
    unsafe withBytes(of: text) { bytes in
      var hasher = Hasher()
      unsafe hasher.combine(bytes: bytes)
      return hasher.finalize()
    }
  }

  /// The date and time that a text spells; nil if it spells none.
  mutating func dateTime(_ text: JSONText) -> DateTime? {
    unsafe withBytes(of: text) { bytes in unsafe DateTime(bytes.bytes) }
  }

  /// A member's name in the form that generated look-ups take.
  @inline(__always)
  mutating func propertyName(_ text: JSONText) -> PropertyName {
    let length = text.end &- text.start
    if !text.isEscaped, length <= PropertyName.longest, text.start &+ PropertyName.longest <= count {
      return unsafe PropertyName(loading: base + text.start, count: length)
    }
    return unsafe withBytes(of: text) { unsafe PropertyName($0) }
  }

  // MARK: Numbers

  /// Reads a number. The next byte is a digit or a minus sign.
  mutating func number() throws(Violation) -> JSONNumber {
    let start = offset
    let isNegative = unsafe base[offset] == UInt8(ascii: "-")
    offset &+= isNegative ? 1 : 0
    let first = offset
    var magnitude: UInt64 = 0
    var isPlain = true
    while offset < count, let digit = unsafe Self.digit(base[offset]) {
      magnitude = magnitude &* 10 &+ UInt64(digit)  // wraps past 19 digits; `exact` counts them
      offset &+= 1
    }
    let digits = offset &- first
    guard digits > 0 else { throw unexpected("a digit", at: offset) }
    if digits > 1, unsafe base[first] == 0x30 { throw violation(.malformed(.leadingZero), at: first) }
    if offset < count, unsafe base[offset] == UInt8(ascii: ".") {
      isPlain = false
      offset &+= 1
      try skipDigits()
    }
    if offset < count, unsafe base[offset] | 0x20 == UInt8(ascii: "e") {
      isPlain = false
      offset &+= 1
      if offset < count, unsafe base[offset] == UInt8(ascii: "+") || base[offset] == UInt8(ascii: "-") { offset &+= 1 }
      try skipDigits()
    }
    return JSONNumber(
      start: start, end: offset, isNegative: isNegative, isPlain: isPlain, magnitude: magnitude,
      fits: isPlain && digits <= 19)
  }

  @inline(__always)
  private static func digit(_ byte: UInt8) -> UInt8? {
    let digit = byte &- 0x30
    return digit < 10 ? digit : nil
  }

  private mutating func skipDigits() throws(Violation) {
    let first = offset
    while offset < count, unsafe Self.digit(base[offset]) != nil { offset &+= 1 }
    guard offset > first else { throw unexpected("a digit", at: offset) }
  }

  /// The integer that a number stands for, also if it is written like 1.0 or 1e3.
  @inline(__always)
  func integer(_ number: JSONNumber) -> JSONNumber.Integer {
    if number.fits, number.magnitude <= UInt64(Int64.max) {
      let bits = number.isNegative ? 0 &- number.magnitude : number.magnitude
      return .exact(JSONInteger(bits: bits, isNegative: number.isNegative && bits != 0))
    }
    return unsafe JSONNumber.integer(
      UnsafeBufferPointer(start: base + number.start, count: number.end &- number.start).span)
  }

  /// The double nearest to a number; nil if it is too large for one.
  func double(_ number: JSONNumber) -> Double? {
    let bytes = unsafe UnsafeBufferPointer(start: base + number.start, count: number.end &- number.start)
    guard let value = unsafe Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
    return value
  }

  // MARK: Violations

  /// A violation at the present place in the document.
  func violation(_ problem: Violation.Problem, at offset: Int? = nil) -> Violation {
    Violation(pointer: pointer(), offset: min(offset ?? self.offset, count), problem: problem)
  }

  /// The violation of a place where no value starts.
  mutating func unexpectedValue() -> Violation {
    _ = peek()
    return unexpected("a value", at: offset)
  }

  /// The violation of a byte that is not what the grammar asks for.
  @inline(never)
  private func unexpected(_ expected: String, at offset: Int) -> Violation {
    violation(.malformed(offset >= count ? .end(expected: expected) : .unexpected(expected: expected)), at: offset)
  }

  /// The JSON pointer of the present value.
  func pointer() -> String {
    var pointer = ""
    for index in 0..<depth {
      let step = unsafe path[index]
      switch step.end {
      case Step.nothing: break
      case Step.element: pointer += "/\(step.start)"
      default:
        let name = copy(of: JSONText(start: step.start, end: step.end, isEscaped: true))
        pointer += "/" + JSONPointer.escaped(name)
      }
    }
    return pointer
  }
}

/// Where in the document a string stands, quotes not included.
struct JSONText {
  var start: Int
  var end: Int
  var isEscaped: Bool
}
