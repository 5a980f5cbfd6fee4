import CZstd
import Glibc
import MartletOutput

/// Writes a recording, block by block.
@safe final class RecordingWriter {
  private let descriptor: Int32
  private let path: String
  private var block: [UInt8] = []
  private var compressed: [UInt8] = []
  private let context: OpaquePointer?
  /// The first write that failed; nothing is written after it.
  private(set) var failure: OutputError?

  private static let blockSize = 256 << 10

  /// Makes the file, readable by its owner only: command lines are in it.
  init(path: String) throws(OutputError) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    unsafe context = ZSTD_createCCtx()
    guard descriptor >= 0 else { throw OutputError(path: path, errno: errno) }
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    var prefix = Entry.magic
    prefix.append(Entry.version)
    write(prefix)
  }

  deinit {
    unsafe ZSTD_freeCCtx(context)
    if descriptor >= 0 { close(descriptor) }
  }

  func append(_ entry: Entry) {
    entry.encode(into: &block)
    if block.count >= Self.blockSize { flush() }
  }

  /// Writes what has been appended as a block of its own.
  func flush() {
    guard !block.isEmpty else { return }
    let bound = ZSTD_compressBound(block.count)
    if compressed.count < bound { compressed = [UInt8](repeating: 0, count: bound) }
    let size = unsafe ZSTD_compress2(context, &compressed, compressed.count, block, block.count)
    // Only a destination that is too small makes this fail.
    precondition(ZSTD_isError(size) == 0, "zstd could not compress a block")
    var lengths: [UInt8] = []
    lengths.append(UInt32(size))
    lengths.append(UInt32(block.count))
    write(lengths)
    write(Array(compressed.prefix(size)))
    block.removeAll(keepingCapacity: true)
  }

  /// Ends the recording.
  func finish() throws(OutputError) {
    append(.end)
    flush()
    if let failure { throw failure }
  }

  private func write(_ bytes: [UInt8]) {
    guard failure == nil else { return }
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        failure = OutputError(path: path, errno: errno)
        return
      }
      rest = rest.dropFirst(count)
    }
  }
}
