import CLinux
import CNettle
import Glibc
import MartletContext
import MartletModel

/// Hashes one file, if it still is the one that is meant.
struct FileHasher: Sendable {
  let question: HashQuestion
  /// Bytes that may be read now.
  let allowance: Int64
  let deadline: Moment

  private static let hexDigits = Array("0123456789abcdef".utf8)

  /// The digests, or why there are none, and the bytes that were read.
  func run() -> (hash: FileHash, read: Int64) {
    var state = HashState.fileNotFound
    if question.isImage, let pid = question.pids.first {
      // The process holds what it runs, and nobody may write to it: the link leads to it when the path is gone.
      if let file = unsafe OpenFile(open("/proc/\(pid)/exe", CLINUX_O_PATH | O_CLOEXEC)), isMeant(file, isHeld: true) {
        return digests(of: file, isHeld: true)
      }
    }
    for pid in question.pids {
      guard let root = ProcessRoot(of: pid) else { continue }
      guard let file = root.find(question.path) else {
        if errno != ENOENT && errno != ENOTDIR { state = .fileOpenError }
        continue
      }
      if isMeant(file, isHeld: false) { return digests(of: file, isHeld: false) }
    }
    return (FileHash(state), 0)
  }

  /// Whether it is the file of the event, as it was then. Of one that is held only the inode counts: its name may have
  /// been removed, which is a change.
  private func isMeant(_ file: borrowing OpenFile, isHeld: Bool) -> Bool {
    guard let status = file.status else { return false }
    if question.inode != 0 {
      guard status.st_ino == question.inode else { return false }
      if isHeld { return true }
    }
    return status.st_mtim.nanoseconds == question.modified
      && (isHeld || status.st_ctim.nanoseconds == question.changed)
  }

  private func digests(of found: borrowing OpenFile, isHeld: Bool) -> (FileHash, Int64) {
    guard let file = found.reading(), let before = file.status else { return (FileHash(.fileOpenError), 0) }
    if before.st_size == 0 { return (FileHash(.fileEmpty), 0) }
    if before.st_size > question.limit { return (FileHash(.fileTooBig), 0) }
    if before.st_size > allowance { return (FileHash(.hashWasRateLimited), 0) }

    var digests = cnettle_digests()
    unsafe cnettle_start(&digests)
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    var total: Int64 = 0
    while true {
      guard let count = file.read(into: &buffer), Moment.now < deadline else {
        return (FileHash(.hashFailed), total)
      }
      if count == 0 { break }
      total += Int64(count)
      if total > before.st_size { return (FileHash(.hashFailed), total) }
      unsafe cnettle_add(&digests, buffer, count)
    }
    guard let after = file.status, total == before.st_size, after.st_size == before.st_size,
      after.st_mtim.nanoseconds == before.st_mtim.nanoseconds,
      isHeld || after.st_ctim.nanoseconds == before.st_ctim.nanoseconds
    else { return (FileHash(.hashFailed), total) }

    var sha1 = [UInt8](repeating: 0, count: Int(SHA1_DIGEST_SIZE))
    var sha256 = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
    var md5 = [UInt8](repeating: 0, count: Int(MD5_DIGEST_SIZE))
    unsafe cnettle_finish(&digests, &sha1, &sha256, &md5)
    let texts = [("sha1", sha1), ("sha256", sha256), ("md5", md5)].map { "\($0):\(Self.hex($1))" }
    return (FileHash(.done, digests: texts), total)
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.flatMap { [hexDigits[Int($0 >> 4)], hexDigits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

extension timespec {
  /// Since the epoch.
  var nanoseconds: Int64 { Int64(tv_sec) &* 1_000_000_000 &+ Int64(tv_nsec) }
}
