import MartletModel
import Synchronization

/// Numbers for what processes have in common: two have the same number only if their programs, identities and surroundings
/// are the same, and those of all that were before them.
///
/// A build starts a compiler a thousand times: what rules make of the compiler, and of what it was started by, is the same each
/// time. Ids, times, command lines and environments are not in it.
struct ProcessKinds {
  private final class Kind {
    let ancestor: UInt64
    let comm: String
    let tty: String
    let credentials: Credentials
    let names: CredentialNames
    let executable: FileIdentity
    let aliases: Aliases?
    let interpreter: FileIdentity?
    let cgroup: String
    let containerID: String?
    let containerCreatedAt: Instant?
    /// Whether it is a fork, is a thread of the kernel and has run a program, a bit each.
    let state: UInt8
    let number: UInt64

    init(_ image: ProcessImage, ancestor: UInt64, number: UInt64) {
      self.ancestor = ancestor
      comm = image.comm
      tty = image.tty
      credentials = image.credentials
      names = image.names
      executable = image.executable
      aliases = image.aliases
      interpreter = image.interpreter
      cgroup = image.cgroup
      containerID = image.container?.id
      containerCreatedAt = image.container?.createdAt
      state = image.state
      self.number = number
    }

    func isKind(of image: ProcessImage, ancestor: UInt64) -> Bool {
      self.ancestor == ancestor && state == image.state && credentials == image.credentials
        && comm.isSame(as: image.comm) && tty.isSame(as: image.tty) && cgroup.isSame(as: image.cgroup)
        && names.isSame(as: image.names) && executable.isSame(as: image.executable)
        && ProcessKinds.areSame(aliases, image.aliases) && ProcessKinds.areSame(interpreter, image.interpreter)
        && containerID == image.container?.id && containerCreatedAt == image.container?.createdAt
    }
  }

  private static let places = 512
  /// Of all there are: an image keeps the number that any of them gave it.
  private static let last = Atomic<UInt64>(0)

  private var kinds: [Kind?] = []

  /// Forgets all: an image that has a number, or something around it, is another one now.
  mutating func removeAll() { kinds = [] }

  /// The number of what `image` has in common with others, never 0. The image has to be followed.
  mutating func number(of image: ProcessImage) -> UInt64 {
    let changes = ProcessImage.followedChanges
    var (number, unnumbered, next): (UInt64, [ProcessImage], ProcessImage?) = (0, [], image)
    while let image = next {
      if image.kind.number != 0, image.kind.changes == changes {
        number = image.kind.number
        break
      }
      unnumbered.append(image)
      next = image.ancestor
    }
    for image in unnumbered.reversed() {
      number = self.number(of: image, below: number)
      image.kind = (number, changes)
    }
    return number
  }

  private mutating func number(of image: ProcessImage, below ancestor: UInt64) -> UInt64 {
    if kinds.isEmpty { kinds = Array(repeating: nil, count: Self.places) }
    let key = image.executable.inode &+ ancestor &* 31 &+ UInt64(image.state) &* 7
    let place = Int(truncatingIfNeeded: key) & (Self.places - 1)
    if let known = kinds[place], known.isKind(of: image, ancestor: ancestor) { return known.number }
    let number = Self.last.wrappingAdd(1, ordering: .relaxed).newValue
    kinds[place] = Kind(image, ancestor: ancestor, number: number)
    return number
  }

  private static func areSame(_ one: Aliases?, _ other: Aliases?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one === other || areSame(one.paths, other.paths) && areSame(one.names, other.names)
  }

  private static func areSame(_ one: [String], _ other: [String]) -> Bool {
    one.count == other.count && one.indices.allSatisfy { one[$0].isSame(as: other[$0]) }
  }

  private static func areSame(_ one: FileIdentity?, _ other: FileIdentity?) -> Bool {
    guard let one, let other else { return one == nil && other == nil }
    return one.isSame(as: other)
  }
}

extension ProcessImage {
  fileprivate var state: UInt8 { (isFork ? 1 : 0) | (isKernelWorker ? 2 : 0) | (execTime != nil ? 4 : 0) }
}
