package import CMartletABI

/// One record, valid only while the ring buffer or a recording lends it to us.
package struct Record: ~Escapable {
  package let bytes: RawSpan

  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan) { self.bytes = bytes }

  /// The fixed part, as the probe laid it out. It holds integers only, so any bits are a value.
  package func fixed<Layout: BitwiseCopyable>(_: Layout.Type) throws(RecordError) -> Layout {
    let needed = MemoryLayout<Layout>.size
    guard needed <= bytes.byteCount else { throw .truncated(needed: needed, available: bytes.byteCount) }
    return unsafe bytes.unsafeLoadUnaligned(as: Layout.self)
  }

  /// The span that the record ends in; `nil` where it has none.
  package var span: martlet_span? {
    get throws(RecordError) {
      guard UInt32(try fixed(martlet_record_header.self).flags) & MARTLET_FLAG_SPAN.rawValue != 0 else { return nil }
      let size = MemoryLayout<martlet_span>.size
      // Its header alone is longer.
      return unsafe bytes.extracting((bytes.byteCount - size)...).unsafeLoadUnaligned(as: martlet_span.self)
    }
  }

  /// The bytes of a slice of the tail.
  @_lifetime(copy self)
  package func slice(_ slice: martlet_slice) throws(RecordError) -> RawSpan {
    let end = UInt64(slice.offset) + UInt64(slice.length)
    guard end <= UInt64(bytes.byteCount) else {
      throw .slice(offset: slice.offset, length: slice.length, available: bytes.byteCount)
    }
    return bytes.extracting(Int(slice.offset)..<Int(end))
  }

  /// A slice as text; bytes that are no UTF-8 become U+FFFD.
  package func text(_ slice: martlet_slice) throws(RecordError) -> String {
    String(decoding: try self.slice(slice))
  }
}

/// Why a record cannot be decoded. The record is counted as lost; those after it are not affected.
package enum RecordError: Error, Hashable, CustomStringConvertible {
  case truncated(needed: Int, available: Int)
  case slice(offset: UInt32, length: UInt32, available: Int)
  case unknownType(UInt16)

  package var description: String {
    switch self {
    case .truncated(let needed, let available): "the record has \(available) bytes of the \(needed) its type needs"
    case .slice(let offset, let length, let available):
      "a slice of \(length) bytes at \(offset) leaves the record of \(available) bytes"
    case .unknownType(let type): "no record has the type \(type)"
    }
  }
}

extension String {
  /// Text of a span; bytes that are no UTF-8 become U+FFFD.
  init(decoding bytes: RawSpan) {
    self = unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
