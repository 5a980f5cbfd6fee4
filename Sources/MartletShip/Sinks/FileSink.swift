internal import CZstd
import Glibc
import MartletOutbox

/// Appends lines to a file, which is set aside as `FILE.1`, `FILE.2` and so on when it is large or old enough.
///
/// Unlike the agent's own file it loses nothing when the disk is full: it tries again. Somebody else may set the file aside,
/// as logrotate does: before each batch it is made sure that the file still has its name.
final class FileSink: Sink {
  struct Settings: Hashable, Sendable {
    var path = ""
    var format = BatchFormat.events
    /// It is set aside once it has so many bytes; 0 for never.
    var size = 100 << 20
    /// It is set aside once so old, in whole seconds; nil for never.
    var age: Duration?
    /// So many are kept beside it.
    var count = 10
    var isCompressed = true
    /// Whether each batch is on the disk before it counts as delivered.
    var isSynced = false
  }

  private let settings: Settings
  private var file: OpenFile?
  private var size = 0
  private var born = 0

  init(_ settings: Settings) { self.settings = settings }

  func deliver(_ events: ArraySlice<ShippedEvent>, done: inout Int) throws(DeliveryFailure) {
    if file != nil && !isInPlace { file = nil }
    if file == nil { try open() }
    if isDue {
      try rotate()
      try open()
    }
    let bytes = settings.format.bytes(of: events)
    guard let (_, failure) = file?.write(bytes.rawSpan, at: size) else { return }
    if let failure {
      // A batch is in the file whole or not at all.
      _ = file?.truncate(to: size)
      throw self.failure("write", failure)
    }
    size += bytes.count
    if settings.isSynced, file?.sync() == false { throw self.failure("sync", errno) }
    done = events.count
  }

  func close() { file = nil }

  private func failure(_ action: String, _ error: Int32) -> DeliveryFailure {
    DeliveryFailure(OutboxError(action, settings.path, error).description)
  }

  private func open() throws(DeliveryFailure) {
    do throws(OutboxError) {
      let file = try OpenFile.open(settings.path, O_RDWR | O_CREAT, mode: 0o640)
      guard file.lock() else { throw OutboxError("lock", settings.path, EWOULDBLOCK) }
      size = Self.endOfLines(file)
      if size < file.size, !file.truncate(to: size) { throw OutboxError("truncate", settings.path, errno) }
      self.file = consume file
    } catch {
      throw DeliveryFailure(error.description)
    }
    born = secondsNow
    if size > 0, let last = status(settings.path)?.st_ctim.tv_sec { born = last }
  }

  /// Where the last line ends. What a crash left behind that is delivered again.
  private static func endOfLines(_ file: borrowing OpenFile) -> Int {
    var end = file.size
    while end > 0 {
      let start = max(end - (1 << 16), 0)
      var bytes: [UInt8] = []
      guard file.read(end - start, at: start, appendingTo: &bytes) == nil else { return file.size }
      if let last = bytes.lastIndex(of: UInt8(ascii: "\n")) { return start + last + 1 }
      end = start
    }
    return 0
  }

  private var isDue: Bool {
    guard size > 0 else { return false }
    if settings.size > 0 && size >= settings.size { return true }
    return settings.age.map { secondsNow - born >= Int($0.components.seconds) } ?? false
  }

  /// Whether the open file is the one of that name.
  private var isInPlace: Bool {
    var open = stat()
    guard let descriptor = file?.descriptor, unsafe fstat(descriptor, &open) == 0, let named = status(settings.path)
    else { return false }
    return open.st_ino == named.st_ino && open.st_dev == named.st_dev
  }

  private func status(_ path: String) -> stat? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status : nil
  }

  // MARK: Setting aside

  private func rotate() throws(DeliveryFailure) {
    file = nil
    let endings = ["", ".zst"]
    for ending in endings { unsafe unlink("\(settings.path).\(settings.count)\(ending)") }
    for number in stride(from: settings.count - 1, through: 1, by: -1) {
      for ending in endings {
        unsafe rename("\(settings.path).\(number)\(ending)", "\(settings.path).\(number + 1)\(ending)")
      }
    }
    let first = settings.count > 0 ? settings.path + ".1" : nil
    let isAside = if let first { unsafe rename(settings.path, first) == 0 } else { unsafe unlink(settings.path) == 0 }
    guard isAside else { throw failure("set aside", errno) }
    if settings.isCompressed, let first { compress(first) }
  }

  /// Puts a compressed file in the place of the one at `path`, which stays if that fails.
  private func compress(_ path: String) {
    guard let source = try? OpenFile.open(path, O_RDONLY),
      let target = try? OpenFile.open(path + ".zst", O_WRONLY | O_CREAT | O_TRUNC),
      let context = unsafe ZSTD_createCCtx()
    else { return }
    defer { unsafe _ = ZSTD_freeCCtx(context) }
    var (offset, written) = (0, 0)
    var isWhole = false
    var room = [UInt8](repeating: 0, count: ZSTD_CStreamOutSize())
    while !isWhole {
      var piece: [UInt8] = []
      guard source.read(1 << 20, at: offset, appendingTo: &piece) == nil else { break }
      offset += piece.count
      let mode = piece.isEmpty ? ZSTD_e_end : ZSTD_e_continue
      var (consumed, left) = (0, 1)
      while piece.isEmpty ? left > 0 : consumed < piece.count {
        let count = unsafe room.withUnsafeMutableBytes { room in
          unsafe piece.withUnsafeBytes { piece in
            var input = unsafe ZSTD_inBuffer(src: piece.baseAddress, size: piece.count, pos: consumed)
            var output = unsafe ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            left = unsafe ZSTD_compressStream2(context, &output, &input, mode)
            consumed = unsafe input.pos
            return unsafe output.pos
          }
        }
        guard ZSTD_isError(left) == 0,
          target.write(room.rawSpan.extracting(first: count), at: written).failure == nil
        else {
          unsafe unlink(path + ".zst")
          return
        }
        written += count
      }
      isWhole = piece.isEmpty
    }
    unsafe unlink(isWhole ? path : path + ".zst")
  }
}
