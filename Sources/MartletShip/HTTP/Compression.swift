internal import CZlib
internal import CZstd

/// How the body of a request is packed.
package enum Compression: String, CaseIterable, Sendable {
  case none
  case gzip
  case zstd

  /// The header that says so.
  var header: String? { self == .none ? nil : "Content-Encoding: \(rawValue)" }

  /// `bytes`, packed.
  func pack(_ bytes: [UInt8]) throws(DeliveryFailure) -> [UInt8] {
    switch self {
    case .none: return bytes
    case .gzip: return try gzipped(bytes)
    case .zstd:
      var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
      let count = unsafe packed.withUnsafeMutableBytes { packed in
        unsafe bytes.withUnsafeBytes { bytes in
          unsafe ZSTD_compress(packed.baseAddress, packed.count, bytes.baseAddress, bytes.count, 3)
        }
      }
      guard ZSTD_isError(count) == 0 else { throw DeliveryFailure("cannot compress") }
      return Array(packed.prefix(count))
    }
  }

  private func gzipped(_ bytes: [UInt8]) throws(DeliveryFailure) -> [UInt8] {
    var stream = unsafe z_stream()
    // 16 more than the window's bits asks for gzip's header.
    guard
      unsafe deflateInit2_(
        &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        == Z_OK
    else { throw DeliveryFailure("cannot compress") }
    defer { unsafe _ = deflateEnd(&stream) }
    var input = bytes
    var packed = [UInt8](repeating: 0, count: Int(unsafe deflateBound(&stream, UInt(bytes.count))))
    let result = unsafe packed.withUnsafeMutableBufferPointer { packed in
      unsafe input.withUnsafeMutableBufferPointer { input in
        unsafe stream.next_in = input.baseAddress
        unsafe stream.avail_in = UInt32(clamping: input.count)
        unsafe stream.next_out = packed.baseAddress
        unsafe stream.avail_out = UInt32(clamping: packed.count)
        return unsafe deflate(&stream, Z_FINISH)
      }
    }
    guard result == Z_STREAM_END else { throw DeliveryFailure("cannot compress") }
    return Array(packed.prefix(Int(unsafe stream.total_out)))
  }
}
