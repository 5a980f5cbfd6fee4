import Glibc
import LinuxHost
import MartletContext
import MartletModel
import Synchronization

/// Finds the packages of paths, in the databases of the host and of its containers.
///
/// The databases below a root are read when a path of it is first looked up, and again when they changed.
final class PackageFinder: Sendable {
  /// A root directory, whoever sees it.
  private struct Root: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  private struct Databases {
    var index: PackageIndex
    var stamps: [PackageDatabase.Stamp]
    var looked: Moment
    var used: Moment
  }

  private let known = Mutex<[Root: Databases]>([:])

  /// Roots whose packages are kept; when one more comes, the one that was not asked about for the longest is forgotten.
  private static let capacity = 10
  /// How long databases are believed to be as they were.
  private static let trust = Duration.seconds(1)

  /// The package that installed the file; `nil` where none did.
  func package(_ question: PackageQuestion) -> SoftwarePackage? {
    for pid in question.pids {
      guard let root = ProcessRoot(of: pid), let status = root.status else { continue }
      let key = Root(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
      let found = known.withLock { known in
        refresh(&known, key, root)
        return known[key]?.index[question.path]
      }
      return found.map(SoftwarePackage.init)
    }
    return nil
  }

  private func refresh(_ known: inout [Root: Databases], _ key: Root, _ root: borrowing ProcessRoot) {
    let now = Moment.now
    known[key]?.used = now
    if let databases = known[key], now - databases.looked < Self.trust { return }
    let stamps = PackageDatabase.stamps(below: root)
    known[key]?.looked = now
    guard known[key]?.stamps != stamps else { return }
    known[key] = nil
    while known.count >= Self.capacity, let oldest = known.min(by: { $0.value.used < $1.value.used }) {
      known[oldest.key] = nil
    }
    known[key] = Databases(index: PackageDatabase.read(below: root), stamps: stamps, looked: now, used: now)
  }
}

extension SoftwarePackage {
  fileprivate init(_ package: InstalledPackage) {
    self.init(
      name: package.name, version: PackageVersion(package.version), source: PackageVersion(package.sourceVersion))
  }
}
