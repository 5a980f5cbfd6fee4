/// The header of an installed package in rpm's database, as far as it says whose files are whose.
///
/// Two numbers, of entries and of bytes of data; the entries, 16 bytes each: tag, type, offset into the data, count; then
/// the data. Numbers are big-endian, texts end with a NUL.
struct RPMHeader {
  private let bytes: [UInt8]
  private var entries: [UInt32: (type: UInt32, offset: Int, count: Int)] = [:]

  private enum Tag: UInt32 {
    case name = 1000
    case version, release, epoch
    case sourcePackage = 1044
    case directoryNumbers = 1116
    case baseNames, directoryNames
  }

  private enum Kind: UInt32 {
    case int32 = 4
    case string = 6
    case strings = 8
    case localized
  }

  /// Nil when these bytes are no header.
  init?(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard let count = bytes.bigEndian(at: 0), count < 1 << 16, let size = bytes.bigEndian(at: 4) else { return nil }
    let data = 8 + Int(count) * 16
    guard data + Int(size) <= bytes.count else { return nil }
    for place in stride(from: 8, to: data, by: 16) {
      guard let tag = bytes.bigEndian(at: place), let type = bytes.bigEndian(at: place + 4),
        let offset = bytes.bigEndian(at: place + 8), let count = bytes.bigEndian(at: place + 12)
      else { return nil }
      guard offset < size, count <= size else { continue }
      entries[tag] = (type, data + Int(offset), Int(count))
    }
  }

  /// The package; nil when the header does not say which.
  var package: InstalledPackage? {
    guard let name = text(.name), let version = text(.version), let release = text(.release) else { return nil }
    let epoch = numbers(.epoch).first.map { "\($0):" } ?? ""
    let full = "\(epoch)\(version)-\(release)"
    return InstalledPackage(name: name, version: full, sourceVersion: sourceVersion ?? full)
  }

  /// Paths of its files.
  var paths: [[UInt8]] {
    let directories = texts(.directoryNames)
    return zip(texts(.baseNames), numbers(.directoryNumbers)).compactMap { name, directory in
      Int(directory) < directories.count ? Array(directories[Int(directory)]) + name : nil
    }
  }

  /// Of `NAME-VERSION-RELEASE.src.rpm`.
  private var sourceVersion: String? {
    guard let file = text(.sourcePackage), file.hasSuffix(".src.rpm") || file.hasSuffix(".nosrc.rpm") else {
      return nil
    }
    let parts = file.split(separator: "-")
    guard parts.count >= 3, let release = parts.last?.split(separator: ".").dropLast(2).joined(separator: ".") else {
      return nil
    }
    return "\(parts[parts.count - 2])-\(release)"
  }

  private func text(_ tag: Tag) -> String? { texts(tag).first.map { String(decoding: $0, as: UTF8.self) } }

  private func texts(_ tag: Tag) -> [ArraySlice<UInt8>] {
    guard let entry = entries[tag.rawValue], let kind = Kind(rawValue: entry.type), kind != .int32 else { return [] }
    var texts: [ArraySlice<UInt8>] = []
    var rest = bytes[entry.offset...]
    while texts.count < (kind == .string ? 1 : entry.count), let end = rest.firstIndex(of: 0) {
      texts.append(rest[..<end])
      rest = rest[(end + 1)...]
    }
    return texts
  }

  private func numbers(_ tag: Tag) -> [UInt32] {
    guard let entry = entries[tag.rawValue], entry.type == Kind.int32.rawValue else { return [] }
    return (0..<entry.count).lazy.map { bytes.bigEndian(at: entry.offset + $0 * 4) }.prefix { $0 != nil }
      .compactMap { $0 }
  }
}

extension PackageIndex {
  /// Takes in the packages of rpm's `rpmdb.sqlite`. False if it is no such database; what could be read of a damaged one
  /// is taken in.
  package mutating func add(rpmDatabase read: @escaping SQLiteFile.Read) -> Bool {
    guard let file = SQLiteFile(read: read) else { return false }
    return file.eachRow(ofTable: "Packages") { row in
      // The number of the package, which is the row's, and its header.
      guard row.count >= 2, let header = RPMHeader(row[1]), let package = header.package, let number = add(package)
      else { return }
      for path in header.paths { add(path.span, of: number) }
    }
  }
}

extension [UInt8] {
  /// The four bytes from `offset` on as a number; nil when there are not as many.
  func bigEndian(at offset: Int) -> UInt32? {
    guard offset >= 0, offset <= count - 4 else { return nil }
    return self[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
