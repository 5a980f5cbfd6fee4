/// What the resolvers ask of the host they run on, beside the records.
///
/// Every answer is text as Linux gives it, so that a recording can keep it and a replay give it again: events are a
/// function of records and answers alone.
package enum HostQuestion: Hashable, Sendable {
  /// `/proc/PID/stat`
  case stat(pid: UInt32)
  /// `/proc/PID/status`
  case status(pid: UInt32)
  /// `/proc/PID/cmdline`, scrubbed.
  case commandLine(pid: UInt32)
  /// `/proc/PID/environ`, without the values that must not leave.
  case environment(pid: UInt32)
  /// `/proc/PID/cgroup`
  case cgroup(pid: UInt32)
  /// The executable's path, mount id and metadata, as `ExecutableAnswer` spells them.
  case executable(pid: UInt32)
  /// `/proc/PID/mountinfo`
  case mounts(pid: UInt32)
  /// `/etc/passwd` and `/etc/group` below the root of the process; pid 0 is the host's own root.
  case users(pid: UInt32)
  case groups(pid: UInt32)
  /// What the files of the container runtimes tell of the container with this id, as `ContainerFacts` spells it.
  case container(id: String)
  /// Digests of a file, as `FileHash.answer` spells them.
  case hashes(HashQuestion)
  /// The package that a path belongs to, as `SoftwarePackage.answer` spells it.
  case package(PackageQuestion)

  /// Whether the answer depends on what rules want to know: a replay with other rules asks other questions.
  package var isOfRules: Bool {
    switch self {
    case .hashes, .package: true
    case .stat, .status, .commandLine, .environment, .cgroup, .executable, .mounts, .users, .groups, .container: false
    }
  }
}

/// Answers the questions of the resolvers.
package protocol Host: AnyObject {
  /// The text, or `nil` where there is none: the process ended, the file is missing.
  func answer(_ question: HostQuestion) -> [UInt8]?
}

/// What is known of a running process's executable, in one line of text:
/// `MOUNT-ID INODE MODE UID GID MTIME-S MTIME-NS CTIME-S CTIME-NS PATH`, numbers in decimal.
package struct ExecutableAnswer: Hashable, Sendable {
  package var mountID: UInt32
  package var inode: UInt64
  package var mode: UInt16
  package var uid: UInt32
  package var gid: UInt32
  package var mtime: (seconds: Int64, nanoseconds: UInt32) { (numbers[0], UInt32(truncatingIfNeeded: numbers[1])) }
  package var ctime: (seconds: Int64, nanoseconds: UInt32) { (numbers[2], UInt32(truncatingIfNeeded: numbers[3])) }
  private var numbers: [Int64]
  package var path: String

  package init(
    mountID: UInt32, inode: UInt64, mode: UInt16, uid: UInt32, gid: UInt32, mtime: (Int64, Int64),
    ctime: (Int64, Int64), path: String
  ) {
    self.mountID = mountID
    self.inode = inode
    self.mode = mode
    self.uid = uid
    self.gid = gid
    numbers = [mtime.0, mtime.1, ctime.0, ctime.1]
    self.path = path
  }

  /// Reads the text back; `nil` when it is not of that shape.
  package init?(_ bytes: [UInt8]) {
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: " ", maxSplits: 9)
    guard parts.count == 10, let mountID = UInt32(parts[0]), let inode = UInt64(parts[1]), let mode = UInt16(parts[2]),
      let uid = UInt32(parts[3]), let gid = UInt32(parts[4])
    else { return nil }
    let times = parts[5...8].compactMap { Int64($0) }
    guard times.count == 4 else { return nil }
    self.init(
      mountID: mountID, inode: inode, mode: mode, uid: uid, gid: gid, mtime: (times[0], times[1]),
      ctime: (times[2], times[3]), path: String(parts[9]))
  }

  package var text: [UInt8] {
    let fields = [String(mountID), String(inode), String(mode), String(uid), String(gid)] + numbers.map(String.init)
    return Array((fields + [path]).joined(separator: " ").utf8)
  }
}
