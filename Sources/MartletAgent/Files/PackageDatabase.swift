import Glibc
import LinuxHost

/// Where distributions keep what they have installed, below a root.
enum PackageDatabase {
  /// Changes whenever a package is installed, replaced or removed.
  struct Stamp: Equatable {
    let path: String
    let inode: UInt64
    let size: Int64
    let modified: Int64
  }

  private static let dpkg = "/var/lib/dpkg"
  private static let apk = ["/lib/apk/db/installed", "/usr/lib/apk/db/installed"]
  private static let rpm = ["/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite"]

  /// The largest text that is read.
  private static let largest = 64 << 20
  /// How long one root may take: a container can make its databases as large as it likes.
  private static let patience = Duration.seconds(10)

  static func stamps(below root: borrowing ProcessRoot) -> [Stamp] {
    var stamps: [Stamp] = []
    for path in ["\(dpkg)/status", "\(dpkg)/status.d"] + apk + rpm {
      guard let status = root.find(path)?.status else { continue }
      stamps.append(
        Stamp(
          path: path, inode: UInt64(status.st_ino), size: Int64(status.st_size), modified: status.st_mtim.nanoseconds))
    }
    return stamps
  }

  /// All packages with their files.
  static func read(below root: borrowing ProcessRoot) -> PackageIndex {
    let deadline = Moment.now + patience
    var index = PackageIndex()
    readDpkg(root, &index, until: deadline)
    for path in apk {
      guard let text = root.contents(path, limit: largest) else { continue }
      index.add(apkInstalled: text.span)
      break
    }
    for path in rpm {
      guard let file = root.find(path)?.reading() else { continue }
      if readRPM(file, &index, until: deadline) { break }
    }
    index.finish()
    return index
  }

  private static func readDpkg(
    _ root: borrowing ProcessRoot, _ index: inout PackageIndex, until deadline: Moment
  ) {
    if let status = root.contents("\(dpkg)/status", limit: largest) {
      for entry in DpkgDatabase.packages(inStatus: status.span) where Moment.now < deadline {
        for name in entry.listNames.reversed() {
          guard let list = root.contents("\(dpkg)/info/\(name).list", limit: largest) else { continue }
          index.add(entry.package, dpkgList: list.span)
          break
        }
      }
    }
    // Images without dpkg have a file for each package.
    for name in root.names(in: "\(dpkg)/status.d") where !name.hasSuffix(".md5sums") && Moment.now < deadline {
      guard let status = root.contents("\(dpkg)/status.d/\(name)", limit: largest),
        let entry = DpkgDatabase.packages(inStatus: status.span).first,
        let sums = root.contents("\(dpkg)/status.d/\(name).md5sums", limit: largest)
      else { continue }
      index.add(entry.package, md5sums: sums.span)
    }
  }

  private static func readRPM(
    _ file: borrowing OpenFile, _ index: inout PackageIndex, until deadline: Moment
  ) -> Bool {
    let descriptor = file.descriptor
    return index.add(rpmDatabase: { offset, count in
      guard Moment.now < deadline else { return [] }
      var bytes = [UInt8](repeating: 0, count: count)
      let got = unsafe pread(descriptor, &bytes, count, offset)
      return got == count ? bytes : []
    })
  }
}
