import Glibc
import MartletModel

/// The files that a rotating file has left behind: `PATH.20261126T043000Z`, and with `.zst` behind that once compressed.
///
/// What takes long is done on a thread of its own, a thing at a time.
final class FilesSetAside {
  private let directory: String
  private let prefix: String
  private let kept: Int
  private let isCompressed: Bool
  private lazy var side = SideThread()
  /// Whether there may be something to compress or to remove.
  private var isUntidy = true
  private var nextTry = Moment.now

  private static let compressedSuffix = ".zst"
  /// How long to wait after a file could not be compressed.
  private static let pause = Duration.seconds(60)

  init(path: String, kept: Int, isCompressed: Bool) {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    directory = path.utf8.count > name.utf8.count ? String(path.dropLast(name.count)) : "./"
    prefix = name + "."
    self.kept = kept
    self.isCompressed = isCompressed
  }

  /// Sets the file at `path` aside. False where that fails.
  func take(_ path: String) -> Bool {
    let stamp = Self.stamp()
    for number in 0..<1000 {
      let name = path + "." + stamp + (number == 0 ? "" : ".\(number)")
      if unsafe access(name, F_OK) == 0 || access(name + Self.compressedSuffix, F_OK) == 0 { continue }
      guard unsafe rename(path, name) == 0 else { return false }
      isUntidy = true
      return true
    }
    return false
  }

  /// Writes what was written to the open file to the disk, some time soon. False if that has to be asked again.
  func sync(_ descriptor: Int32) -> Bool {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0 else { return true }
    if case .busy = side.run(
      for: .zero,
      {
        fdatasync(copy)
        close(copy)
      })
    {
      close(copy)
      return false
    }
    return true
  }

  /// Removes what is too many, and has the next one compressed.
  func tidy() {
    guard isUntidy, Moment.now >= nextTry else { return }
    let names = names()
    for name in names.dropLast(kept) { unsafe unlink(directory + name) }
    guard isCompressed, let name = names.suffix(kept).first(where: { !$0.hasSuffix(Self.compressedSuffix) }) else {
      isUntidy = false
      return
    }
    let path = directory + name
    switch side.run(for: .zero, { FileCompression.replace(path, by: path + Self.compressedSuffix) }) {
    // It is at it.
    case .late, .busy, .done(true): nextTry = .now + .seconds(1)
    case .done(false), .none: nextTry = .now + Self.pause
    }
  }

  /// The names of those that are there, oldest first.
  private func names() -> [String] {
    guard let entries = unsafe opendir(directory) else { return [] }
    defer { unsafe closedir(entries) }
    var names: [String] = []
    while let entry = unsafe readdir(entries) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
        unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
      }
      if isOurs(name) { names.append(name) }
    }
    return names.sorted { order($0) < order($1) }
  }

  private func isOurs(_ name: String) -> Bool {
    guard name.hasPrefix(prefix) else { return false }
    let rest = Array(name.utf8.dropFirst(prefix.utf8.count))
    guard rest.count >= 16, rest[8] == UInt8(ascii: "T"), rest[15] == UInt8(ascii: "Z") else { return false }
    let digits = rest[..<8] + rest[9..<15]
    let tail = String(decoding: rest[16...], as: UTF8.self)
    let number = tail.hasSuffix(Self.compressedSuffix) ? tail.dropLast(Self.compressedSuffix.count) : tail[...]
    return digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      && (number.isEmpty || number.first == "." && Int(number.dropFirst()) != nil)
  }

  private func order(_ name: String) -> (String, Int) {
    let rest = name.dropFirst(prefix.count)
    let tail = rest.dropFirst(16).split(separator: ".").first
    return (String(rest.prefix(16)), tail.flatMap { Int($0) } ?? 0)
  }

  /// The time now as `20261126T043000Z`.
  private static func stamp() -> String {
    var seconds = time(nil)
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    func digits(_ number: Int32, _ count: Int) -> String {
      let text = String(number)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return unsafe digits(parts.tm_year + 1900, 4) + digits(parts.tm_mon + 1, 2) + digits(parts.tm_mday, 2) + "T"
      + digits(parts.tm_hour, 2) + digits(parts.tm_min, 2) + digits(parts.tm_sec, 2) + "Z"
  }
}
