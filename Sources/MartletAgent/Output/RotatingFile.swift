import CLinux
import Glibc
package import MartletOutput

/// A file of lines that is set aside when it is large or old enough. So many of those are kept, compressed if wanted.
///
/// What was set aside is called after the file and the time, `events.jsonl.20261126T043000Z`. A file that somebody else
/// moved or removed is begun anew within a second. Lines that cannot be written are dropped and counted: a line is in the
/// file whole or not at all.
package final class RotatingFile: LineTarget {
  /// How a file is kept.
  package struct Options: Hashable, Sendable {
    /// When what was written is made to outlast a crash of the machine.
    package enum Sync: String, CaseIterable, Sendable {
      /// When the kernel thinks fit, some thirty seconds later.
      case never
      /// When the file is set aside.
      case rotation
      /// Once a second.
      case second
    }

    package var path: String
    /// It is set aside before it has more bytes than that.
    package var largest = 100 << 20
    /// It is set aside when it has been there for so long; `nil`: never.
    package var oldest: Duration? = .seconds(86400)
    /// Files that were set aside, beyond which the oldest is removed.
    package var kept = 10
    package var isCompressed = true
    package var sync = Sync.rotation

    package init(path: String) { self.path = path }
  }

  /// What became of the lines.
  package struct Counts: Hashable, Sendable {
    package var written: UInt64 = 0
    package var lost: UInt64 = 0
    package var bytes: UInt64 = 0
    package var rotations: UInt64 = 0
  }

  package let options: Options
  package private(set) var counts = Counts()
  /// Why lines are being lost just now; `nil` while they are not.
  package private(set) var failure: OutputError?
  /// How often the file was removed, and not moved.
  package private(set) var removals: UInt64 = 0
  private let aside: FilesSetAside
  private var descriptor: Int32 = -1
  private var size = 0
  private var born = Int64.max
  private var isDirty = false

  /// Opens the file, and makes its directory where that is missing.
  package init(_ options: Options) throws(OutputError) {
    self.options = options
    aside = FilesSetAside(path: options.path, kept: options.kept, isCompressed: options.isCompressed)
    open()
    if let failure { throw failure }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  package func take(_ lines: borrowing SplicedText, count: Int) {
    if descriptor >= 0, size > 0, size + lines.count > options.largest { rotate() }
    if descriptor < 0 { open() }
    guard descriptor >= 0 else {
      counts.lost += UInt64(count)
      return
    }
    if let error = lines.write(to: descriptor) {
      // Half a line would spoil the next one.
      ftruncate(descriptor, size)
      counts.lost += UInt64(count)
      failure = OutputError(path: options.path, errno: error)
      return
    }
    failure = nil
    size += lines.count
    counts.written += UInt64(count)
    counts.bytes += UInt64(lines.count)
    isDirty = true
  }

  /// To be called once a second.
  package func tick() {
    if descriptor >= 0, hasMoved {
      if isRemoved { removals += 1 }
      reopen()
    }
    if size > 0, let oldest = options.oldest, Int64(time(nil)) - born >= oldest.components.seconds { rotate() }
    if options.sync == .second, isDirty, aside.sync(descriptor) { isDirty = false }
    aside.tidy()
  }

  /// Begins the file anew under its name: somebody has moved it.
  package func reopen() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
    open()
  }

  /// Writes what is in memory to the disk. It waits.
  package func finish() {
    if descriptor >= 0, options.sync != .never { fsync(descriptor) }
  }

  // MARK: The file

  private var hasMoved: Bool {
    var (mine, named) = (stat(), stat())
    guard unsafe fstat(descriptor, &mine) == 0 else { return true }
    guard unsafe stat(options.path, &named) == 0 else { return true }
    return mine.st_ino != named.st_ino || mine.st_dev != named.st_dev
  }

  private var isRemoved: Bool {
    var mine = stat()
    return unsafe fstat(descriptor, &mine) == 0 && mine.st_nlink == 0
  }

  private func open() {
    // Not to be kept waiting by a pipe that stands there: what cannot be set aside is no place for events.
    func tryToOpen() -> Int32 {
      unsafe Glibc.open(options.path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    }
    descriptor = tryToOpen()
    if descriptor < 0, errno == ENOENT {
      makeDirectory()
      descriptor = tryToOpen()
    }
    let error = descriptor < 0 ? errno : !isFile ? ESPIPE : isLocked ? EWOULDBLOCK : 0
    guard error == 0 else {
      failure = OutputError(path: options.path, errno: error)
      if descriptor >= 0 { close(descriptor) }
      descriptor = -1
      return
    }
    failure = nil
    size = Int(lseek(descriptor, 0, SEEK_END))
    born = clinux_birth_time(descriptor)
    if born == 0 { born = Int64(time(nil)) }
    closeLine()
  }

  private var isFile: Bool {
    var mine = stat()
    return unsafe fstat(descriptor, &mine) == 0 && mine.st_mode & S_IFMT == S_IFREG
  }

  /// Whether another agent writes to it: two would each set it aside, and have each other's lines in it.
  private var isLocked: Bool { flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK }

  /// Ends the line that a crash of the machine may have cut.
  private func closeLine() {
    guard size > 0 else { return }
    var last: UInt8 = 0x0a
    let reader = unsafe Glibc.open(options.path, O_RDONLY | O_CLOEXEC)
    guard reader >= 0 else { return }
    defer { close(reader) }
    guard unsafe pread(reader, &last, 1, size - 1) == 1, last != 0x0a else { return }
    if unsafe Glibc.write(descriptor, "\n", 1) == 1 { size += 1 }
  }

  private func rotate() {
    // Where that fails it goes on as it is: a file that is too large is better than none.
    guard aside.take(options.path) else { return }
    counts.rotations += 1
    if options.sync != .never { _ = aside.sync(descriptor) }
    reopen()
  }

  private func makeDirectory() {
    let path = options.path
    for index in path.indices where path[index] == "/" && index != path.startIndex {
      unsafe mkdir(String(path[..<index]), 0o750)
    }
  }
}
