/// The texts of dpkg's database, in `/var/lib/dpkg`.
package enum DpkgDatabase {
  /// A package and the names that its list of files may have, without `.list`.
  package struct Entry: Hashable, Sendable {
    package let package: InstalledPackage
    package let listNames: [String]
  }

  /// The packages in `status` whose files are there: paragraphs of `NAME: VALUE` lines, an empty line between two.
  package static func packages(inStatus text: Span<UInt8>) -> [Entry] {
    var entries: [Entry] = []
    var paragraph = Paragraph()
    var lines = TextScanner(text)
    while let line = lines.line() {
      if line.isEmpty {
        if let entry = paragraph.entry { entries.append(entry) }
        paragraph = Paragraph()
      } else {
        paragraph.take(line)
      }
    }
    if let entry = paragraph.entry { entries.append(entry) }
    return entries
  }

  /// What a paragraph says.
  private struct Paragraph {
    var name = ""
    var architecture = ""
    var version = ""
    var source = ""
    /// Images without dpkg have paragraphs without a status.
    var status = "ok installed"

    mutating func take(_ line: Span<UInt8>) {
      var parts = TextScanner(line)
      guard let key = parts.piece(before: UInt8(ascii: ":")) else { return }
      let value = parts.rest
      if key.equals("Package") {
        name = value.string.trimmed
      } else if key.equals("Status") {
        status = value.string.trimmed
      } else if key.equals("Architecture") {
        architecture = value.string.trimmed
      } else if key.equals("Version") {
        version = value.string.trimmed
      } else if key.equals("Source") {
        source = value.string.trimmed
      }
    }

    var entry: Entry? {
      // "config-files" is what is left of a package that was removed.
      guard !name.isEmpty, !version.isEmpty, !status.utf8.elementsEqual("deinstall ok config-files".utf8),
        !status.hasSuffix("not-installed")
      else { return nil }
      return Entry(
        package: InstalledPackage(name: name, version: version, sourceVersion: sourceVersion),
        listNames: architecture.isEmpty ? [name] : [name, "\(name):\(architecture)"])
    }

    /// `Source: NAME (VERSION)`, if one of the two is not the package's own.
    private var sourceVersion: String {
      guard let open = source.utf8.firstIndex(of: UInt8(ascii: "(")), source.utf8.last == UInt8(ascii: ")") else {
        return version
      }
      return String(source.utf8[source.utf8.index(after: open)...].dropLast()) ?? version
    }
  }
}

extension PackageIndex {
  /// Takes in a package with the paths of its `info/NAME.list`: one on each line, directories before what is in them.
  package mutating func add(_ package: InstalledPackage, dpkgList text: Span<UInt8>) {
    guard let number = add(package) else { return }
    var lines = TextScanner(text)
    guard var last = lines.line() else { return }
    while let line = lines.line() {
      if !last.isDirectory(of: line) { add(last, of: number) }
      last = line
    }
    add(last, of: number)
  }

  /// Takes in a package with the paths of its `.md5sums`, which is all that images without dpkg have: a digest, two
  /// blanks and a path without the leading slash on each line.
  package mutating func add(_ package: InstalledPackage, md5sums text: Span<UInt8>) {
    guard let number = add(package) else { return }
    var lines = TextScanner(text)
    while let line = lines.line() {
      guard let blank = line.firstIndex(of: UInt8(ascii: " ")), blank + 2 < line.count else { continue }
      let path = [UInt8(ascii: "/")] + line.extracting(droppingFirst: blank + 2).bytesInOrder
      add(path.span, of: number)
    }
  }
}

extension Span<UInt8> {
  /// Whether `path` lies below the directory that these bytes name.
  fileprivate func isDirectory(of path: Span<UInt8>) -> Bool {
    guard path.count > count, path[count] == UInt8(ascii: "/") else { return equals("/.") }
    for index in indices where self[index] != path[index] { return false }
    return true
  }
}

extension Span<UInt8> {
  /// A copy.
  var bytesInOrder: [UInt8] { indices.map { self[$0] } }
}

extension String {
  fileprivate var trimmed: String {
    var bytes = utf8[...]
    while bytes.first?.isBlank == true { bytes.removeFirst() }
    while bytes.last?.isBlank == true { bytes.removeLast() }
    return String(Substring(bytes))
  }
}
