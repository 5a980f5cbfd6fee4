import LinuxHost
import MartletModel

/// How the mounts of files became known.
///
/// The probes bring a mount's id, type and place along; what is missing is since when it is known. Mounts and new
/// namespaces that were seen to begin tell theirs; of the others `mountinfo` does, which is asked once.
final class MountResolver {
  private let host: any Host
  private var origins: [UInt32: MountOrigin] = [:] { didSet { revision &+= 1 } }
  /// Rises with every change of what is known, from 1 on.
  private(set) var revision: UInt64 = 1
  private var lastMount: (id: UInt32, origin: MountOrigin) = (0, .unknown)
  /// Whom the last question was about: it is not asked again for each of its files.
  private var lastPID: UInt32 = 0
  /// Mounts that are remembered; when one more comes, all are asked for anew.
  private let capacity = 16384
  /// Mounts that were forgotten for want of room.
  private(set) var evictions: UInt64 = 0

  init(host: any Host) { self.host = host }

  func resolve(_ file: inout FileIdentity, pid: UInt32) {
    guard file.mountID != 0 else { return }
    if file.mountID == lastMount.id {
      file.mountOrigin = lastMount.origin
      return
    }
    if origins[file.mountID] == nil, pid != lastPID {
      lastPID = pid
      // A process that has ended cannot tell: the next one is asked.
      if learn(pid: pid), origins[file.mountID] == nil { origins[file.mountID] = .unknown }
    }
    file.mountOrigin = origins[file.mountID] ?? .unknown
    if file.mountOrigin != .unknown { lastMount = (file.mountID, file.mountOrigin) }
  }

  /// Takes in mounts that were seen to begin. The ids may be those of mounts that are gone.
  func begin(_ ids: [UInt32], origin: MountOrigin) {
    makeRoom()
    for id in ids { origins[id] = origin }
    lastMount = (0, .unknown)
  }

  /// Forgets mounts that went away: the kernel gives their ids to others.
  func end(_ ids: [UInt32]) {
    for id in ids { origins[id] = nil }
    lastMount = (0, .unknown)
    lastPID = 0
  }

  /// The mount of a snapshot's file, whose record-less knowledge is `mountinfo` alone.
  func mount(id: UInt32, pid: UInt32) -> MountInfo? {
    host.answer(.mounts(pid: pid)).flatMap { MountTable($0.span)[id] }
  }

  /// Takes in the mounts that a process sees; false when it has ended.
  @discardableResult
  func learn(pid: UInt32) -> Bool {
    guard let text = host.answer(.mounts(pid: pid)) else { return false }
    makeRoom()
    for mount in MountTable(text.span).all where (origins[mount.id] ?? .unknown) == .unknown {
      origins[mount.id] = .procfs
    }
    return true
  }

  private func makeRoom() {
    guard origins.count > capacity else { return }
    evictions &+= UInt64(origins.count)
    origins = [:]
  }
}
