import Synchronization

/// One image that a process ran, or runs: a node of the lineage.
///
/// A fork and an exec each make a node. A fork's `ancestor` is the node of its creator, an exec's the node that the same
/// pid had before, so a lineage lists images, not pids. Nodes belong to the thread that resolves events.
package final class ProcessImage {
  /// Different for every node of a run, never reused.
  package let serial: UInt64
  /// Rises with every change of the node, so that what was derived from it is known to be stale.
  package private(set) var revision: UInt32 = 0

  /// In the initial pid namespace.
  package let pid: UInt32
  /// The creator, whoever adopted the process since.
  package let ppid: UInt32
  package var comm = ""
  /// The controlling terminal, `"pts0"`; `""` without one.
  package var tty = ""
  package var forkTime: Instant?
  package var execTime: Instant?
  /// When it ended, or was replaced by its successor.
  package var exitTime: Instant? { didSet { change() } }
  /// Those of the leading thread.
  package var credentials = Credentials() { didSet { changeForRules() } }
  package var names = CredentialNames.none { didSet { changeForRules() } }
  package var executable = FileIdentity()
  /// What `executable` is called beside its own name, where it was started through a symbolic link.
  package var aliases: Aliases?
  /// The image that was loaded for a script.
  package var interpreter: FileIdentity?
  /// Path of its cgroup, from the root of the hierarchy: the one that names its container, if there are several.
  package var cgroup = ""
  package var container: Container?
  package var arguments: Arguments?
  /// The session of a person that it works in.
  package var userSession: UserSession? { didSet { changeForRules() } }
  /// Credentials that it got from the metadata service of AWS and that have not expired.
  package var awsCredentials: [AWSCredentials] = [] { didSet { change() } }
  /// The span that it began in: its creator's at the fork, its own at the exec, or one that they in turn began in.
  package var span: TraceSpan?
  package var source = ProcessSource.unknown
  /// Forked and not yet exec'ed: its executable and arguments are its creator's.
  package var isFork = false
  package var isExecChild = false
  package var isKernelWorker = false
  package var ancestor: ProcessImage? {
    didSet {
      if isFollowed { ancestor?.follow() }
      changeForRules()
    }
  }
  /// Some nodes between this one and its `ancestor` were dropped to bound memory.
  package var ancestorsElided = false
  /// What others have to let go of when the node goes: nobody can reach it then.
  package var keepsakes: [AnyObject] = []
  /// How many nodes hang below `ancestor` links from here.
  package var depth = 0

  /// Rises with every change of any image: while it stays, nothing that was derived from a lineage is stale.
  package static var generation: UInt64 { changes.load(ordering: .relaxed) }
  private static let changes = Atomic<UInt64>(0)

  private func change() {
    revision &+= 1
    Self.changes.wrappingAdd(1, ordering: .relaxed)
  }

  /// Rises when something changes that rules may ask of an image that somebody follows: while it stays, what was found out
  /// of such images still holds.
  package static var followedChanges: UInt64 { changesForRules.load(ordering: .relaxed) }
  fileprivate static let changesForRules = Atomic<UInt64>(0)
  private var isFollowed = false

  /// The number of what it has in common with others, which `ProcessKinds` of the rules gives, and the changes when it did.
  package var kind: (number: UInt64, changes: UInt64) = (0, 0)

  /// Has changes of the image and of those before it counted from now on. Most images change only while they are made.
  package func follow() {
    var next: ProcessImage? = self
    while let image = next, !image.isFollowed {
      image.isFollowed = true
      next = image.ancestor
    }
  }

  private func changeForRules() {
    change()
    if isFollowed { Self.changesForRules.wrappingAdd(1, ordering: .relaxed) }
  }

  package init(serial: UInt64, pid: UInt32, ppid: UInt32) {
    self.serial = serial
    self.pid = pid
    self.ppid = ppid
  }
}

/// Where the knowledge of a process comes from.
package enum ProcessSource: String, Sendable {
  case unknown
  case placeholder
  case event
  case map
  case procfsFallback = "procfs_fallback"
  case procfsSnapshot = "procfs_snapshot"
}

/// Command line and environment of an image, shared by its forks.
package final class Arguments {
  /// Element 0, as given.
  package let argv0: String
  /// The others, scrubbed.
  package let args: [String]
  package let argsTruncated: Bool
  /// Names; whole elements for the few names that the allow-list has.
  package let envs: [String]
  package let envsTruncated: Bool

  // What rules ask of a command line, made when the first one does.

  /// `args` as one text, a blank between two.
  package private(set) lazy var joined = args.joined(separator: " ")
  package private(set) lazy var flags = CommandArguments.flags(in: args)
  package private(set) lazy var options = CommandArguments.options(in: args)

  package init(argv0: String, args: [String], argsTruncated: Bool, envs: [String], envsTruncated: Bool) {
    self.argv0 = argv0
    self.args = args
    self.argsTruncated = argsTruncated
    self.envs = envs
    self.envsTruncated = envsTruncated
  }
}

/// The paths and names that an executable goes by: its own first, then those of the link that it was started through.
package final class Aliases: Sendable {
  package let paths: [String]
  package let names: [String]

  /// Nil unless `argument`, the path that exec(2) was given, is an absolute and clean one, and another than the file's:
  /// the directory that a relative one starts from is not known.
  package init?(of file: FileIdentity, startedAs argument: String) {
    guard !file.path.isEmpty, argument != file.path, Self.isClean(argument.utf8Span.span) else { return nil }
    paths = [file.path, argument]
    names = [file.name, FileIdentity.name(path: argument)]
  }

  /// Whether a path is absolute and has no empty element, no `.` and no `..`.
  private static func isClean(_ path: Span<UInt8>) -> Bool {
    guard !path.isEmpty, path[0] == UInt8(ascii: "/") else { return false }
    var (length, dots) = (0, 0)
    for index in 1...path.count {
      if index < path.count, path[index] != UInt8(ascii: "/") {
        length += 1
        if path[index] == UInt8(ascii: ".") { dots += 1 }
        continue
      }
      if length == 0 || length == dots && dots <= 2 { return false }
      (length, dots) = (0, 0)
    }
    return true
  }
}

/// A container, as its cgroup names it.
package final class Container {
  /// What others have to let go of when it goes.
  package var keepsakes: [AnyObject] = []
  package let id: String
  /// When it was created as its runtime says, or else the exec of the first process seen of it.
  package var createdAt: Instant? { didSet { change() } }
  /// What its runtime calls it and was asked to start; empty if that is not known.
  package private(set) var name = ""
  package private(set) var image = ""
  /// The same as `KEY:VALUE`, for rules.
  package private(set) var tags: [String] = []

  package init(id: String) { self.id = id }

  /// Any of its images may be followed.
  private func change() { ProcessImage.changesForRules.wrappingAdd(1, ordering: .relaxed) }

  /// Takes in what its runtime knows. `image` is `NAME[:TAG][@DIGEST]`, and the name may begin with `HOST:PORT/`.
  package func describe(name: String, image: String) {
    change()
    (self.name, self.image) = (name, image)
    tags = name.isEmpty ? [] : ["container_name:\(name)"]
    guard !image.isEmpty else { return }
    let parts = image.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let last = parts[0].lastIndex(of: "/").map(parts[0].index(after:)) ?? parts[0].startIndex
    let colon = parts[0][last...].lastIndex(of: ":")
    let end = colon ?? parts[0].endIndex
    tags += ["image_name:\(parts[0][..<end])", "short_image:\(parts[0][last..<end])"]
    if let colon {
      tags.append("image_tag:\(parts[0][colon...].dropFirst())")
    } else if parts.count == 1 {
      tags.append("image_tag:latest")  // as runtimes take it
    }
  }
}
