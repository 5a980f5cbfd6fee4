internal import Glibc

/// Validates a stream of JSON lines that comes in pieces of any size, in memory that does not grow with the stream.
///
/// A line that lies in one piece is checked where it is. Blank lines are skipped. A line longer than `lineLimit` is
/// one violation.
public struct ValidationRun: ~Copyable {
  /// The longest line that is checked, in bytes without its newline.
  public static let lineLimit = 16 << 20

  /// What a violation is told to, with the number of its line, from 1.
  public typealias Report = (_ line: Int, Violation) -> Void

  /// What a run has seen so far.
  public struct Summary: Hashable, Sendable {
    /// Lines that hold a document, valid or not.
    public var documents = 0
    /// Documents with at least one violation.
    public var invalid = 0
    /// Violations in all documents.
    public var violations = 0
    /// Bytes read.
    public var bytes = 0

    /// The summary of nothing.
    public init() {}

    /// Adds what another stream has brought.
    public static func += (total: inout Summary, other: Summary) {
      total.documents += other.documents
      total.invalid += other.invalid
      total.violations += other.violations
      total.bytes += other.bytes
    }
  }

  /// What the run has seen so far.
  public private(set) var summary = Summary()
  private var validator = EventValidator()
  /// The line that began in an earlier piece and has not ended yet.
  private var pending: [UInt8] = []
  /// Whether the rest of the present line is skipped because the line is too long.
  private var isSkipping = false
  private var line = 1

  /// A run at the start of a stream.
  public init() {}

  /// Goes on with the next piece of the stream.
  public mutating func validate(_ piece: RawSpan, report: Report) {
    summary.bytes += piece.byteCount
    var start = 0
    while let newline = piece.firstNewline(from: start) {
      endLine(with: piece.extracting(start..<newline), report: report)
      start = newline + 1
    }
    keep(piece.extracting(start...))
  }

  /// Ends the stream: checks a last line that has no newline.
  public mutating func finish(report: Report) {
    if !pending.isEmpty || isSkipping { endLine(with: RawSpan(), report: report) }
  }

  /// Checks the line that ends with `tail`.
  private mutating func endLine(with tail: RawSpan, report: Report) {
    if isSkipping || pending.count + tail.byteCount > Self.lineLimit {
      count(violations: 1)
      report(line, Violation(pointer: "", offset: Self.lineLimit, problem: .lineTooLong(limit: Self.lineLimit)))
    } else if pending.isEmpty {
      check(tail, report: report)
    } else {
      keep(tail)
      var whole: [UInt8] = []
      swap(&whole, &pending)
      unsafe check(whole.span.bytes, report: report)
      swap(&whole, &pending)
    }
    pending.removeAll(keepingCapacity: true)
    isSkipping = false
    line += 1
  }

  private mutating func check(_ text: RawSpan, report: Report) {
    if text.isBlank { return }
    var violations = 0
    let line = line
    validator.validate(text) { violation in
      violations += 1
      report(line, violation)
    }
    count(violations: violations)
  }

  private mutating func count(violations: Int) {
    summary.documents += 1
    summary.invalid += violations > 0 ? 1 : 0
    summary.violations += violations
  }

  /// Keeps the start of a line for the next piece.
  private mutating func keep(_ part: RawSpan) {
    if isSkipping || part.isEmpty { return }
    guard pending.count + part.byteCount <= Self.lineLimit else {
      pending.removeAll()
      isSkipping = true
      return
    }
    unsafe part.withUnsafeBytes { unsafe pending.append(contentsOf: $0) }
  }
}

extension RawSpan {
  /// The offset of the first newline at or after `start`.
  fileprivate func firstNewline(from start: Int) -> Int? {
    unsafe withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress, start < byteCount,
        let newline = unsafe memchr(base + start, Int32(UInt8(ascii: "\n")), byteCount - start)
      else { return nil }
      return unsafe UnsafeRawPointer(newline) - base
    }
  }

  /// Whether there is nothing but whitespace.
  fileprivate var isBlank: Bool {
    for offset in 0..<byteCount {
      let byte = unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
      if byte != 0x20 && byte != 0x09 && byte != 0x0d { return false }
    }
    return true
  }
}
