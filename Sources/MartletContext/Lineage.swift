import MartletModel

/// The processes that are alive, each with the image it runs and, through that, the images before it.
///
/// Fed in the kernel's order. Bounded: a process that ended leaves the table and lives on only as an ancestor; a chain
/// of ancestors beyond `longestChain` loses its middle; of more processes than `mostProcesses` the eldest are forgotten,
/// and `/proc` is asked when they act again.
final class Lineage {
  /// What is known of one live process.
  struct Entry {
    var image: ProcessImage
    /// What every thread had when the image began. The leader's own, which changes, is the image's.
    let initial: Credentials
    /// Identities of other threads, where they are not the initial one.
    var threads: [UInt32: Credentials] = [:]
    /// When `/proc` was read of it: what records tell that are older, the image has already. `nil` if only records told.
    let readAt: Instant?

    init(image: ProcessImage, readAt: Instant? = nil) {
      self.image = image
      self.readAt = readAt
      initial = image.credentials
    }

    /// The identity of a thread, as far as records told.
    func credentials(tid: UInt32) -> Credentials { tid == image.pid ? image.credentials : threads[tid] ?? initial }
  }

  private var entries: [UInt32: Entry] = [:] { didSet { last = nil } }
  /// The image in the table that was asked for last: most records are of the process of the one before.
  private var last: ProcessImage?
  private var lastSerial: UInt64 = 0
  /// Processes of the table that the last sweep found gone.
  private var missing: Set<UInt32> = []
  private var snapshot: Snapshot
  /// Processes, and threads with an identity of their own, that were forgotten for want of room.
  private(set) var evictedProcesses: UInt64 = 0
  private(set) var evictedThreads: UInt64 = 0

  /// Processes that are known at most: those whose end was lost would stay for ever.
  static let mostProcesses = 32_768
  /// Threads of one process whose identities are known at most.
  static let mostThreads = 1024
  /// How many ancestors are kept before the middle goes, and how many at either end then stay.
  static let longestChain = 1024
  static let keptAtEnds = 256
  /// How far up `/proc` is asked for a process that is not known.
  private static let snapshotLevels = 64

  init(snapshot: Snapshot) { self.snapshot = snapshot }

  /// Dates what `/proc` tells from now on.
  func setClock(_ clock: HostClock) { snapshot.clock = clock }

  /// Processes that are in the table.
  var count: Int { entries.count }

  /// What the processes in the table run.
  var images: [ProcessImage] { entries.values.map(\.image) }

  private func nextSerial() -> UInt64 {
    lastSerial += 1
    return lastSerial
  }

  // MARK: Looking up

  /// The image that `pid` runs; asks `/proc` when it is not known, and makes a placeholder when that fails too.
  func image(of pid: UInt32) -> ProcessImage {
    if let last, last.pid == pid { return last }
    if let image = entries[pid]?.image {
      last = image
      return image
    }
    return learn(pid, source: .procfsFallback) ?? placeholder(pid)
  }

  /// The image that `pid` runs, without keeping anything: for a process outside of the scope that an event mentions.
  func mention(of pid: UInt32) -> ProcessImage {
    if let entry = entries[pid] { return entry.image }
    return chain(from: pid, source: .procfsFallback) ?? placeholder(pid)
  }

  /// Puts a process that was there before the probes into the table, with its ancestors.
  ///
  /// - Parameter now: the time, where records that were written before it may come yet.
  func seed(_ pid: UInt32, now: () -> Instant? = { nil }) { _ = learn(pid, source: .procfsSnapshot, now: now) }

  private func learn(_ pid: UInt32, source: ProcessSource, now: () -> Instant? = { nil }) -> ProcessImage? {
    guard let image = chain(from: pid, source: source) else { return nil }
    enter(image, readAt: now())
    return image
  }

  /// The images of the processes in the table that were there before the probes, in the order in which they came there:
  /// those of which records may tell what is in the image already, or those of which they cannot.
  func seeded(mayBeAhead: Bool) -> [ProcessImage] {
    entries.values.filter { $0.image.source == .procfsSnapshot && ($0.readAt != nil) == mayBeAhead }
      .map(\.image).sorted { $0.serial < $1.serial }
  }

  /// Takes processes out of the table that are gone, of whose end no record will come: they were seen with this image.
  func forget(_ gone: [ProcessImage]) {
    for image in gone where entries[image.pid]?.image === image { entries[image.pid] = nil }
  }

  /// The image of a process that is in the table.
  func known(_ pid: UInt32) -> ProcessImage? { entries[pid]?.image }

  /// Takes processes out of the table whose end nobody told, once they were found gone two times.
  func sweep(isAlive: (UInt32) -> Bool) {
    let gone = Set(entries.keys.filter { !isAlive($0) })
    for pid in gone.intersection(missing) { entries[pid] = nil }
    missing = gone
  }

  private func chain(from pid: UInt32, source: ProcessSource) -> ProcessImage? {
    guard let first = snapshot.image(of: pid, serial: nextSerial(), source: source) else { return nil }
    var images = [first]
    while let last = images.last, last.ppid != 0, last.pid != 1, images.count < Self.snapshotLevels {
      if let known = entries[last.ppid]?.image {
        last.ancestor = known
        break
      }
      guard let parent = snapshot.image(of: last.ppid, serial: nextSerial(), source: source) else { break }
      last.ancestor = parent
      images.append(parent)
    }
    for image in images.reversed() { image.depth = image.ancestor.map { $0.depth + 1 } ?? 0 }
    return first
  }

  private func placeholder(_ pid: UInt32) -> ProcessImage {
    let image = ProcessImage(serial: nextSerial(), pid: pid, ppid: 0)
    image.source = .placeholder
    return image
  }

  // MARK: Changes

  /// A process forked: the child runs a copy of its creator's image.
  func fork(_ fork: Activity.Fork, of activity: Activity) -> ProcessImage {
    let parent = image(of: fork.parentPID)
    let child = ProcessImage(serial: nextSerial(), pid: activity.pid, ppid: fork.parentPID)
    child.comm = fork.comm
    child.tty = fork.tty
    child.forkTime = activity.time
    child.execTime = parent.execTime
    child.executable = parent.executable
    child.aliases = parent.aliases
    child.interpreter = parent.interpreter
    child.cgroup = parent.cgroup
    child.container = parent.container
    child.arguments = parent.arguments
    child.userSession = parent.userSession
    child.span = activity.span ?? parent.span
    child.names = parent.names
    child.credentials = activity.credentials
    child.source = .event
    child.isFork = true
    hang(child, below: parent)
    enter(child)
    return child
  }

  /// A thread began: it acts with the identity of the thread that made it.
  func beginThread(of activity: Activity) {
    // The id may be that of a thread that ended.
    rememberThread(activity)
  }

  /// A process replaced its image. The caller fills in what the resolvers add.
  func exec(_ exec: Activity.Exec, of activity: Activity) -> ProcessImage {
    let entry = entries[activity.pid]
    let told = image(of: activity.pid)
    let isTold = told.source != .placeholder
    // Where `/proc` was read after this exec, it told of the new image already: the one before is not known, as it is not
    // where there was nothing to read any more.
    let isAhead = entry.map { $0.readAt.map { activity.time <= $0 } ?? false } ?? true
    let previous = isTold && !isAhead ? told : nil
    let image = ProcessImage(
      serial: nextSerial(), pid: activity.pid, ppid: told.ppid == 0 ? exec.parentPID : told.ppid)
    previous?.exitTime = activity.time
    image.comm = exec.comm
    image.tty = exec.tty
    image.forkTime = told.forkTime
    image.execTime = activity.time
    image.executable = exec.executable
    image.aliases = Aliases(of: exec.executable, startedAs: exec.argument)
    image.interpreter = exec.interpreter
    image.cgroup = told.cgroup
    image.container = told.container
    image.userSession = told.userSession
    image.awsCredentials = told.awsCredentials
    image.span = activity.span ?? told.span
    image.credentials = activity.credentials
    image.source = .event
    image.isExecChild = previous.map { !$0.isFork } ?? false
    if let ancestor = previous ?? (isTold ? told.ancestor : mention(of: exec.parentPID)),
      ancestor.source != .placeholder
    {
      hang(image, below: ancestor)
    }
    enter(image)
    return image
  }

  /// A process ended: it leaves the table.
  func exit(of activity: Activity) -> ProcessImage {
    let image = image(of: activity.pid)
    image.exitTime = activity.time
    entries[activity.pid] = nil
    return image
  }

  /// Puts an image into the table. Of a full one the elder half goes.
  private func enter(_ image: ProcessImage, readAt: Instant? = nil) {
    entries[image.pid] = Entry(image: image, readAt: readAt)
    guard entries.count > Self.mostProcesses else { return }
    let serials = entries.values.map(\.image.serial).sorted()
    let middle = serials[serials.count / 2]
    entries = entries.filter { $0.value.image.serial >= middle }
    evictedProcesses &+= UInt64(serials.count - entries.count)
  }

  // MARK: Identities

  /// The identity that a thread had, as far as records told.
  func credentials(of activity: Activity) -> Credentials {
    entries[activity.pid]?.credentials(tid: activity.tid) ?? activity.credentials
  }

  /// Remembers the identity that a thread has now. The leader's is the process's.
  func remember(_ activity: Activity, names: (Credentials) -> CredentialNames) {
    guard activity.tid == activity.pid else { return rememberThread(activity) }
    let latest = last?.pid == activity.pid ? last : entries[activity.pid]?.image
    guard let image = latest, image.credentials != activity.credentials else { return }
    image.credentials = activity.credentials
    image.names = names(activity.credentials)
  }

  private func rememberThread(_ activity: Activity) {
    guard let entry = entries[activity.pid] else { return }
    let identity = activity.credentials == entry.initial ? nil : activity.credentials
    guard entry.threads[activity.tid] != identity else { return }
    if entry.threads.count >= Self.mostThreads {
      evictedThreads &+= UInt64(entry.threads.count)
      entries[activity.pid]?.threads = [:]
    }
    entries[activity.pid]?.threads[activity.tid] = identity
  }

  // MARK: Chains

  private func hang(_ image: ProcessImage, below ancestor: ProcessImage) {
    image.ancestor = ancestor
    image.depth = ancestor.depth + 1
    if image.depth > Self.longestChain { shorten(image) }
  }

  /// Drops the middle of a chain that a process made by execs without end, or by forks within forks.
  ///
  /// Chains share their ends: one that a relative has shortened is not as long as its depths say, so it is counted.
  private func shorten(_ image: ProcessImage) {
    var chain = [image]
    while let next = chain.last?.ancestor { chain.append(next) }
    if chain.count > Self.longestChain {
      let middle = Self.keptAtEnds + 1..<chain.count - Self.keptAtEnds
      chain[Self.keptAtEnds].ancestorsElided = true
      chain[Self.keptAtEnds].ancestor = chain[middle.upperBound]
      chain.removeSubrange(middle)
    }
    for (distance, image) in chain.enumerated() { image.depth = chain.count - 1 - distance }
  }
}
