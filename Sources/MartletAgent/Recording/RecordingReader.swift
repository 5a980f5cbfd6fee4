import CZstd
import Glibc

/// Reads a recording, one block in memory at a time.
final class RecordingReader {
  private let descriptor: Int32
  private let path: String
  /// Where the block in memory begins, and how many bytes of the file it takes.
  private var offset: UInt64 = 0
  private var length: UInt64 = 0
  private var block: ArraySlice<UInt8> = []

  /// The largest block that is believed.
  private static let largestBlock = 64 << 20

  /// Opens the file and checks that it is a recording that this build can read.
  init(path: String) throws(RecordingError) {
    self.path = path
    descriptor = path == "-" ? dup(0) : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw error(.unreadable(errno)) }
    let prefix = try read(Entry.magic.count + 4)
    var rest = prefix.dropFirst(Entry.magic.count)
    guard prefix.prefix(Entry.magic.count).elementsEqual(Entry.magic), let version = rest.take(UInt32.self) else {
      throw error(.noRecording)
    }
    guard version == Entry.version else { throw error(.version(version)) }
    length = UInt64(prefix.count)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// The next entry. After `.end` there is nothing to ask for.
  func next() throws(RecordingError) -> Entry {
    if block.isEmpty { try readBlock() }
    guard let entry = Entry(from: &block) else { throw error(.malformed) }
    return entry
  }

  /// The next entry, which stays the next one.
  func peek() throws(RecordingError) -> Entry {
    if block.isEmpty { try readBlock() }
    var rest = block
    guard let entry = Entry(from: &rest) else { throw error(.malformed) }
    return entry
  }

  /// An error at the block that is being read.
  func error(_ reason: RecordingError.Reason) -> RecordingError {
    RecordingError(path: path, offset: offset, reason: reason)
  }

  private func readBlock() throws(RecordingError) {
    offset += length
    length = 0
    var lengths = try read(8)[...]
    guard let compressed = lengths.take(UInt32.self), let content = lengths.take(UInt32.self),
      compressed <= Self.largestBlock, content <= Self.largestBlock, content > 0
    else { throw error(.malformed) }
    let frame = try read(Int(compressed))
    var bytes = [UInt8](repeating: 0, count: Int(content))
    let size = unsafe ZSTD_decompress(&bytes, bytes.count, frame, frame.count)
    guard ZSTD_isError(size) == 0, size == bytes.count else {
      throw error(.checksum(unsafe ZSTD_isError(size) == 0 ? "wrong length" : String(cString: ZSTD_getErrorName(size))))
    }
    length = UInt64(compressed) + 8
    block = bytes[...]
  }

  /// Exactly so many bytes.
  private func read(_ count: Int) throws(RecordingError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled)
      }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw error(.unreadable(errno)) }
      guard got > 0 else { throw error(offset == 0 && filled < Entry.magic.count ? .noRecording : .truncated) }
      filled += got
    }
    return bytes
  }
}

/// Why a recording cannot be replayed, or not to its end. What came before has been replayed.
package struct RecordingError: Error, Hashable, CustomStringConvertible {
  package enum Reason: Hashable, Sendable {
    case unreadable(Int32)
    case noRecording
    case version(UInt32)
    case abi(found: UInt32, supported: UInt32)
    case architecture
    case truncated
    case checksum(String)
    case malformed
    /// The host's answers do not fit the questions that the records raise.
    case inconsistent
  }

  package let path: String
  /// Where in the file, in bytes.
  package let offset: UInt64
  package let reason: Reason

  /// Whether the file could be used at all.
  package var isUsable: Bool {
    switch reason {
    case .unreadable, .noRecording, .version, .abi, .architecture: false
    case .truncated, .checksum, .malformed, .inconsistent: true
    }
  }

  package var description: String {
    switch reason {
    case .unreadable(let errno): unsafe "cannot read '\(path)': \(String(cString: strerror(errno)))"
    case .noRecording: "'\(path)' is not a recording of martlet"
    case .version(let version): "'\(path)' has format \(version), and this martlet reads format \(Entry.version)"
    case .abi(let found, let supported):
      "'\(path)' has records of layout \(found), and this martlet reads layout \(supported)"
    case .architecture: "'\(path)' was recorded on another architecture"
    case .truncated: "'\(path)' ends in the middle, in the block at byte \(offset)"
    case .checksum(let detail): "'\(path)' is damaged in the block at byte \(offset): \(detail)"
    case .malformed: "'\(path)' is damaged in the block at byte \(offset): it holds no entry"
    case .inconsistent: "'\(path)' is damaged in the block at byte \(offset): an answer of the host is missing"
    }
  }
}
