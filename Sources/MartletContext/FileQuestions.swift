package import MartletModel

/// Which file is to be hashed.
package struct HashQuestion: Hashable, Sendable {
  /// Processes through whose root the path may be found, the best first; pid 0 is the host's own root.
  package var pids: [UInt32]
  /// The first process runs the file.
  package var isImage: Bool
  /// Absolute; empty where only the process leads to the file.
  package var path: String
  /// What tells that a file is the event's. An overlay shows other inode numbers than the kernel has: 0 leaves it out.
  package var inode: UInt64
  /// Nanoseconds since the epoch.
  package var modified: Int64
  package var changed: Int64
  /// Bytes that it may have at most.
  package var limit: Int64

  package init(
    pids: [UInt32], isImage: Bool, path: String, inode: UInt64, modified: Int64, changed: Int64, limit: Int64
  ) {
    self.pids = pids
    self.isImage = isImage
    self.path = path
    self.inode = inode
    self.modified = modified
    self.changed = changed
    self.limit = limit
  }
}

/// Whose package is to be looked up.
package struct PackageQuestion: Hashable, Sendable {
  /// Processes in whose root the databases may be found, the best first; pid 0 is the host's own root.
  package var pids: [UInt32]
  package var path: String

  package init(pids: [UInt32], path: String) {
    self.pids = pids
    self.path = path
  }
}

// MARK: Answers

extension FileHash {
  /// `STATE DIGEST…`, a blank between two.
  package var answer: [UInt8] { Array(([state.rawValue] + digests).joined(separator: " ").utf8) }

  /// Reads the text back; `nil` when it is not of that shape.
  package init?(answer: [UInt8]) {
    let words = String(decoding: answer, as: UTF8.self).split(separator: " ").map(String.init)
    guard let state = words.first.flatMap(HashState.init(rawValue:)) else { return nil }
    self.init(state, digests: Array(words.dropFirst()))
  }
}

extension SoftwarePackage {
  /// `NAME`, then text, epoch and release of the version and of the source's, a tab between two.
  package var answer: [UInt8] {
    let versions = [version, source].flatMap { [$0.text, String($0.epoch), $0.release] }
    return Array(([name] + versions).joined(separator: "\t").utf8)
  }

  /// Reads the text back; `nil` when it is not of that shape.
  package init?(answer: [UInt8]) {
    let parts = answer.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard parts.count == 7, let epoch = UInt32(parts[2]), let sourceEpoch = UInt32(parts[5]) else { return nil }
    self.init(
      name: parts[0], version: PackageVersion(text: parts[1], epoch: epoch, release: parts[3]),
      source: PackageVersion(text: parts[4], epoch: sourceEpoch, release: parts[6]))
  }
}
