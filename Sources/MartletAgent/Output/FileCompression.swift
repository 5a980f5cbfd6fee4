import CZstd
import Glibc

/// Compresses files with zstd.
enum FileCompression {
  private static let pieceSize = 256 << 10

  /// Puts the compressed `source` in its place, as `target`. Whatever happens, one of the two is there whole. False where
  /// it could not be done.
  static func replace(_ source: String, by target: String) -> Bool {
    // Of this thread alone: nobody waits for it.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    let unfinished = target + ".tmp"
    guard compress(source, to: unfinished), unsafe rename(unfinished, target) == 0 else {
      unsafe unlink(unfinished)
      return false
    }
    unsafe unlink(source)
    return true
  }

  private static func compress(_ source: String, to target: String) -> Bool {
    let input = unsafe open(source, O_RDONLY | O_CLOEXEC)
    guard input >= 0 else { return false }
    defer { close(input) }
    let output = unsafe open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard output >= 0 else { return false }
    defer { close(output) }
    guard let context = unsafe ZSTD_createCCtx() else { return false }
    defer { unsafe ZSTD_freeCCtx(context) }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var piece = [UInt8](repeating: 0, count: pieceSize)
    while true {
      let count = unsafe read(input, &piece, piece.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0, unsafe write(piece[..<count], isLast: count == 0, with: context, to: output) else {
        return false
      }
      if count == 0 { return fsync(output) == 0 }
    }
  }

  @unsafe private static func write(
    _ piece: ArraySlice<UInt8>, isLast: Bool, with context: OpaquePointer, to output: Int32
  ) -> Bool {
    var compressed = [UInt8](repeating: 0, count: pieceSize)
    return unsafe piece.withUnsafeBytes { bytes in
      var from = unsafe ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
      while true {
        let (left, count) = unsafe compressed.withUnsafeMutableBytes { room in
          var to = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
          let left = unsafe ZSTD_compressStream2(context, &to, &from, isLast ? ZSTD_e_end : ZSTD_e_continue)
          return unsafe (left, to.pos)
        }
        guard ZSTD_isError(left) == 0 else { return false }
        var written = 0
        while written < count {
          let more = unsafe compressed.withUnsafeBytes {
            unsafe Glibc.write(output, $0.baseAddress! + written, count - written)
          }
          if more < 0 && errno == EINTR { continue }
          guard more > 0 else { return false }
          written += more
        }
        if isLast ? left == 0 : unsafe from.pos == from.size { return true }
      }
    }
  }
}
