/// Finds out about files what no event has at hand, because it takes reading the file or a database.
///
/// Whoever asks decides that it is worth it: an event of which nobody asks costs nothing.
package protocol FileInspector: AnyObject {
  /// Digests of what `file` holds, as `process` sees it.
  ///
  /// - Parameters:
  ///   - type: the event's, as not all are configured for it.
  ///   - isImage: the file is what the process runs, so that it can be read even where it has lost its path.
  ///   - limit: bytes that the file may have at most; nil for what is configured.
  func hash(of file: FileIdentity, for process: ProcessImage, type: EventType, isImage: Bool, limit: Int64?)
    -> FileHash

  /// The package that installed `file` where `process` lives; nil if none did, or nobody knows.
  func package(of file: FileIdentity, for process: ProcessImage) -> SoftwarePackage?
}

/// Which files are hashed.
package struct HashOptions: Sendable {
  /// Events whose files are.
  package var types: Set<EventType>
  /// Bytes that a file may have at most.
  package var largest: Int64

  package init(types: Set<EventType> = [.exec, .open], largest: Int64 = 10 << 20) {
    self.types = types
    self.largest = largest
  }
}

/// Digests of a file, or why there are none.
package struct FileHash: Hashable, Sendable {
  package var state: HashState
  /// `ALGORITHM:HEX`, in the order `sha1`, `sha256`, `md5`; none unless `state` is `done`.
  package var digests: [String]

  package init(_ state: HashState, digests: [String] = []) {
    self.state = state
    self.digests = digests
  }
}

/// What became of the wish to hash a file: `hash_state`.
package enum HashState: String, CaseIterable, Sendable {
  /// Nobody asked, or the file lives in memory only.
  case noHash = "NoHash"
  case done = "Done"
  /// The file of the event is no longer there: its path leads nowhere, or to another file or state of it.
  case fileNotFound = "FileNotFound"
  case pathnameResolutionError = "PathnameResolutionError"
  case fileTooBig = "FileTooBig"
  case fileEmpty = "FileEmpty"
  /// It could not be opened, or is not a regular file.
  case fileOpenError = "FileOpenError"
  case eventTypeNotConfigured = "EventTypeNotConfigured"
  /// Too much was asked of late. Asking again may help.
  case hashWasRateLimited = "HashWasRateLimited"
  /// Reading failed or took too long, or the file changed meanwhile.
  case hashFailed = "HashFailed"
}

/// An installed package, as the database of its distribution has it.
package struct SoftwarePackage: Hashable, Sendable {
  package var name: String
  package var version: PackageVersion
  /// Of the source that it was built from.
  package var source: PackageVersion

  package init(name: String, version: PackageVersion, source: PackageVersion) {
    self.name = name
    self.version = version
    self.source = source
  }
}

/// A version in full, and its parts.
package struct PackageVersion: Hashable, Sendable {
  /// As the distribution writes it: `1:2.38.1-5+deb12u3`.
  package var text: String
  /// 0 where none is written.
  package var epoch: UInt32
  /// What the distribution adds to the upstream version, `5+deb12u3`; `""` where none is written.
  package var release: String

  package init(text: String, epoch: UInt32, release: String) {
    self.text = text
    self.epoch = epoch
    self.release = release
  }

  /// Takes `EPOCH:VERSION-RELEASE` apart, in which the ends may be missing. What is no number is no epoch.
  package init(_ text: String) {
    let bytes = text.utf8
    let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
    let epoch = colon.flatMap { UInt32(text[..<$0]) }
    let rest = bytes[(epoch == nil ? bytes.startIndex : colon.map(bytes.index(after:)) ?? bytes.startIndex)...]
    let release = rest.lastIndex(of: UInt8(ascii: "-")).map { String(Substring(rest[rest.index(after: $0)...])) }
    self.init(text: text, epoch: epoch ?? 0, release: release ?? "")
  }
}

/// What was found out for one event, by file.
///
/// A file may occur in an event more than once, as an exec's does: it is the same one wherever path, inode and time of
/// the last change are the same.
package struct FileFindings: Sendable {
  /// What is known of one file.
  package struct Finding: Sendable {
    package var hash: FileHash?
    package var package: SoftwarePackage?
    /// Somebody asked for the package, whether or not there is one.
    package var isPackageKnown = false

    package init(hash: FileHash? = nil, package: SoftwarePackage? = nil) {
      self.hash = hash
      self.package = package
    }
  }

  private struct Key: Hashable {
    let path: String
    let inode: UInt64
    let changed: Instant?

    init(_ file: FileIdentity) {
      path = file.path
      inode = file.inode
      changed = file.changed
    }
  }

  private var findings: [(key: Key, finding: Finding)] = []

  package init() {}

  package var isEmpty: Bool { findings.isEmpty }

  /// Of `file`; nil if nothing was asked about it.
  package subscript(file: FileIdentity) -> Finding? {
    guard !findings.isEmpty else { return nil }
    let key = Key(file)
    return findings.first { $0.key == key }?.finding
  }

  /// Adds to what is known of `file`.
  package mutating func note(_ file: FileIdentity, _ change: (inout Finding) -> Void) {
    let key = Key(file)
    let index = findings.firstIndex { $0.key == key } ?? findings.endIndex
    if index == findings.endIndex { findings.append((key, Finding())) }
    change(&findings[index].finding)
  }

  package mutating func removeAll() { findings.removeAll(keepingCapacity: true) }
}
