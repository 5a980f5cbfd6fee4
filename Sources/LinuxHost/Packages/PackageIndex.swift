/// Which package each path of a host or a container belongs to.
///
/// Of a path only a hash is kept, 16 bytes with what it leads to: a distribution installs some hundred thousand. The
/// hash is seeded anew in each process, so that nobody can prepare two paths with the same.
package struct PackageIndex: Sendable {
  private struct Path {
    let hash: Int
    let package: UInt32
  }

  private var packages: [InstalledPackage] = []
  private var paths: [Path] = []
  private var isSorted = true

  /// What is taken in at most; databases may be anybody's.
  private static let mostPackages = 1 << 17
  private static let mostPaths = 1 << 21

  package init() {}

  /// Packages that are known.
  package var count: Int { packages.count }

  /// Takes in a package. What it returns stands for the package; nil when there are too many.
  mutating func add(_ package: InstalledPackage) -> UInt32? {
    guard packages.count < Self.mostPackages else { return nil }
    packages.append(package)
    return UInt32(packages.count - 1)
  }

  /// Takes in that `package` has the file at `path`, absolute.
  mutating func add(_ path: Span<UInt8>, of package: UInt32) {
    guard paths.count < Self.mostPaths else { return }
    paths.append(Path(hash: Self.hash(path), package: package))
    isSorted = false
  }

  /// Makes ready what was taken in. Until then nothing is found.
  package mutating func finish() {
    // The first package with a path keeps it.
    paths.sort { ($0.hash, $0.package) < ($1.hash, $1.package) }
    paths = Array(paths)
    isSorted = true
  }

  /// The package that has the file at `path`. Where `/bin` is a link to `/usr/bin`, databases know a file by one of the
  /// two names and events by the other: both are looked for.
  package subscript(path: String) -> InstalledPackage? {
    let bytes = Array(path.utf8)
    let usr = Array("/usr".utf8)
    if let package = find(bytes) { return package }
    if bytes.starts(with: usr), bytes.dropFirst(usr.count).first == UInt8(ascii: "/") {
      return find(Array(bytes.dropFirst(usr.count)))
    }
    return find(usr + bytes)
  }

  private func find(_ path: [UInt8]) -> InstalledPackage? {
    guard isSorted else { return nil }
    let hash = Self.hash(path.span)
    var (low, high) = (0, paths.count)
    while low < high {
      let middle = (low + high) / 2
      if paths[middle].hash < hash { low = middle + 1 } else { high = middle }
    }
    guard low < paths.count, paths[low].hash == hash else { return nil }
    return packages[Int(paths[low].package)]
  }

  private static func hash(_ path: Span<UInt8>) -> Int {
    var hasher = Hasher()
    unsafe path.bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
