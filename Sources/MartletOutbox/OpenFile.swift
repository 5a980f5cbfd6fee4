package import Glibc

/// A file that is open, until this goes.
package struct OpenFile: ~Copyable {
  package let descriptor: Int32

  package init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Opens a file, never one that a symbolic link in the last part of its path leads to.
  package static func open(
    _ path: String, _ flags: Int32, mode: mode_t = 0o640
  ) throws(OutboxError) -> OpenFile {
    while true {
      let descriptor = unsafe Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode)
      if descriptor >= 0 { return OpenFile(descriptor: descriptor) }
      guard errno == EINTR else { throw OutboxError("open", path, errno) }
    }
  }

  /// Bytes in the file, 0 where it cannot be asked.
  package var size: Int {
    var status = stat()
    return unsafe fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  /// Reads `count` bytes, or what there is of them up to the end of the file, to the end of `bytes`.
  ///
  /// - Returns: the `errno` of a read that failed.
  package func read(_ count: Int, at offset: Int, appendingTo bytes: inout [UInt8]) -> Int32? {
    var failure: Int32?
    bytes += unsafe [UInt8](unsafeUninitializedCapacity: count) { room, done in
      while done < count {
        let got = unsafe pread(
          descriptor, room.baseAddress.map { unsafe $0 + done }, count - done, off_t(offset + done))
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else {
          if got < 0 { failure = errno }
          return
        }
        done += got
      }
    }
    return failure
  }

  /// Writes what of `bytes` can be written.
  ///
  /// - Returns: how many bytes, and why not all.
  package func write(_ bytes: RawSpan, at offset: Int) -> (count: Int, failure: Int32?) {
    var done = 0
    while done < bytes.byteCount {
      let count = unsafe bytes.withUnsafeBytes { all in
        unsafe pwrite(descriptor, all.baseAddress.map { unsafe $0 + done }, all.count - done, off_t(offset + done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return (done, count < 0 ? errno : ENOSPC) }
      done += count
    }
    return (done, nil)
  }

  /// Cuts the file. False if that failed.
  package func truncate(to size: Int) -> Bool { ftruncate(descriptor, off_t(size)) == 0 }

  /// Whether it is what stands at `path`.
  package func isThere(_ path: String) -> Bool {
    var (mine, named) = (stat(), stat())
    return unsafe fstat(descriptor, &mine) == 0 && stat(path, &named) == 0 && mine.st_ino == named.st_ino
      && mine.st_dev == named.st_dev
  }

  /// Whether it has no name any more.
  package var isRemoved: Bool {
    var mine = stat()
    return unsafe fstat(descriptor, &mine) == 0 && mine.st_nlink == 0
  }

  /// Keeps others from locking the file as long as it is open here. False if another process, or another part of this one, has
  /// it locked; where a file system knows no locks nobody is kept out.
  package func lock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK }

  /// Has the content on the disk before it returns. False if that failed.
  package func sync() -> Bool { fdatasync(descriptor) == 0 }
}

/// A lock on a directory, by a file in it, until this goes.
package struct FileLock: ~Copyable {
  private let file: OpenFile

  /// Takes the lock at `path`; fails if another process, or another part of this one, holds it.
  package static func take(_ path: String) throws(OutboxError) -> FileLock {
    let file = try OpenFile.open(path, O_RDWR | O_CREAT)
    // The second is for `holder`: it is a process's, so that it keeps no other part of this one out.
    var lock = wholeFile
    guard flock(file.descriptor, LOCK_EX | LOCK_NB) == 0, unsafe fcntl(file.descriptor, F_SETLK, &lock) == 0
    else { throw OutboxError("lock", path, errno) }
    return FileLock(file: file)
  }

  /// Who holds the lock at `path`, as the kernel tells it (fcntl(2), `F_GETLK`): nobody can who may not write to the file.
  package static func holder(_ path: String) -> pid_t? {
    var lock = wholeFile
    guard let file = try? OpenFile.open(path, O_RDONLY | O_NONBLOCK),
      unsafe fcntl(file.descriptor, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK), lock.l_pid > 0
    else { return nil }
    return lock.l_pid
  }

  private static var wholeFile: flock {
    flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
  }

  private init(file: consuming OpenFile) { self.file = file }

  // Not left to the closing: a child that is about to be another program may share the open file.
  deinit { flock(file.descriptor, LOCK_UN) }
}

/// What could not be done with a file of the outbox.
package struct OutboxError: Error, Hashable, CustomStringConvertible {
  package let action: String
  package let path: String
  package let errno: Int32

  package init(_ action: String, _ path: String, _ errno: Int32) {
    self.action = action
    self.path = path
    self.errno = errno
  }

  package var description: String {
    if action == "lock", errno == EWOULDBLOCK { return "'\(path)' is held by another process" }
    return unsafe "cannot \(action) '\(path)': \(String(cString: strerror(errno)))"
  }
}
