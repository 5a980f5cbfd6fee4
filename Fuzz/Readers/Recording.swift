import CZstd
import Glibc
import MartletAgent
import MartletModel
import MartletOutput

/// The bytes as a recording, replayed.
///
/// A first byte of 0 gives the rest as a file. With any other the rest is the content of the file's one block: no
/// fuzzer finds a valid checksum by trying.
func replay(_ bytes: RawSpan) {
  let input = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  guard let kind = input.first else { return }
  let file = kind == 0 ? Array(input.dropFirst()) : recording(of: Array(input.dropFirst()))
  guard let path = scratch.hold(file) else { return }
  var printer = EventPrinter(
    descriptor: scratch.sink, format: kind & 1 == 0 ? .json : .compact, style: ScreenStyle(color: true, columns: 80))
  _ = try? Replay.run(path: path, events: Set(EventType.allCases), printer: &printer)
  printer.flush()
}

/// A recording with one block.
private func recording(of content: [UInt8]) -> [UInt8] {
  var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
  let size = unsafe ZSTD_compress(&frame, frame.count, content, content.count, 1)
  var file = Array("MARTLET\n".utf8)
  for number in [1, UInt32(size), UInt32(content.count)] {
    unsafe withUnsafeBytes(of: number.littleEndian) { unsafe file += $0 }
  }
  return file + frame.prefix(size)
}

private let scratch = Scratch()

/// A file without a name, and a place where output vanishes.
private struct Scratch {
  let sink = unsafe open("/dev/null", O_WRONLY | O_CLOEXEC)
  private let file: Int32

  init() {
    let name = "/dev/shm/martlet-fuzz.\(getpid())"
    file = unsafe open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    unsafe unlink(name)
  }

  /// Makes `bytes` all that the file holds; its path, or `nil` where that fails.
  func hold(_ bytes: [UInt8]) -> String? {
    guard ftruncate(file, 0) == 0, unsafe pwrite(file, bytes, bytes.count, 0) == bytes.count else { return nil }
    return "/proc/self/fd/\(file)"
  }
}
