package import MartletModel

/// Hashes and packages of files, found out when somebody asks, and remembered.
package final class FileResolver: FileInspector {
  private let host: any Host
  private let options: HashOptions
  /// Digests by the state of the file that they are of.
  private var known: [FileState: FileHash] = [:]

  /// Files whose digests are kept; when one more comes, all are forgotten.
  private static let capacity = 500
  /// Processes that are tried in order to come to a file.
  private static let mostProcesses = 4

  /// A file that has not changed. Inode numbers and mount ids come back, the time of a last change does not.
  private struct FileState: Hashable {
    let mount: UInt32
    let inode: UInt64
    let path: String
    let modified: Instant
    let changed: Instant
  }

  init(host: any Host, options: HashOptions) {
    self.host = host
    self.options = options
  }

  package func hash(
    of file: FileIdentity, for process: ProcessImage, type: EventType, isImage: Bool, limit: Int64?
  ) -> FileHash {
    guard !file.isFileless else { return FileHash(.noHash) }
    guard options.types.contains(type) else { return FileHash(.eventTypeNotConfigured) }
    if let state = unreadable(file) { return FileHash(state) }
    guard file.inode != 0, let modified = file.modified, let changed = file.changed else {
      return FileHash(.fileNotFound)
    }
    guard file.mode & 0o170000 == 0o100000 else { return FileHash(.fileOpenError) }
    let state = FileState(
      mount: file.mountID, inode: file.inode, path: file.path, modified: modified, changed: changed)
    if let hash = known[state] { return hash }
    let isOverlay = file.filesystem == "overlay"
    let answer = host.answer(
      .hashes(
        HashQuestion(
          pids: pids(for: process), isImage: isImage, path: file.path, inode: isOverlay ? 0 : file.inode,
          modified: modified.nanoseconds, changed: changed.nanoseconds, limit: max(limit ?? options.largest, 0))))
    // A recording has no answer where nobody asked.
    guard let hash = answer.flatMap(FileHash.init(answer:)) else { return FileHash(.noHash) }
    if hash.state == .done {
      if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
      known[state] = hash
    }
    return hash
  }

  package func package(of file: FileIdentity, for process: ProcessImage) -> SoftwarePackage? {
    guard !file.isFileless, unreadable(file) == nil else { return nil }
    return host.answer(.package(PackageQuestion(pids: pids(for: process), path: file.path)))
      .flatMap(SoftwarePackage.init(answer:))
  }

  /// Why the path leads to no file that could be the event's.
  private func unreadable(_ file: FileIdentity) -> HashState? {
    switch file.pathError {
    case .truncated, .userString, .unknown: .pathnameResolutionError
    case nil, .detached: file.path.utf8.first == UInt8(ascii: "/") ? nil : .pathnameResolutionError
    }
  }

  /// The process, which may have ended, then those before it in its container, and on the host the host itself.
  private func pids(for process: ProcessImage) -> [UInt32] {
    var pids: [UInt32] = []
    var next: ProcessImage? = process
    while let image = next, pids.count < Self.mostProcesses {
      if image.container?.id == process.container?.id, image.pid != 0, !pids.contains(image.pid) {
        pids.append(image.pid)
      }
      next = image.ancestor
    }
    return process.container == nil ? pids + [0] : pids
  }
}
