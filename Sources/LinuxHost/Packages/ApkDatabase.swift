extension PackageIndex {
  /// Takes in the packages of apk's `installed`: paragraphs of lines `LETTER:VALUE`. `P` is the name, `V` the version;
  /// `F` begins a directory, without the leading slash, and each `R` behind it is a file in it.
  package mutating func add(apkInstalled text: Span<UInt8>) {
    var name = ""
    var number: UInt32?
    var directory: [UInt8] = [UInt8(ascii: "/")]
    var lines = TextScanner(text)
    while let line = lines.line() {
      guard line.count >= 2, line[1] == UInt8(ascii: ":") else {
        if line.isEmpty { (name, number) = ("", nil) }
        continue
      }
      let value = line.extracting(droppingFirst: 2)
      switch line[0] {
      case UInt8(ascii: "P"): name = value.string
      case UInt8(ascii: "V"):
        guard !name.isEmpty else { continue }
        // A source has one version, that of all packages which are built from it.
        number = add(InstalledPackage(name: name, version: value.string, sourceVersion: value.string))
      case UInt8(ascii: "F"):
        directory = [UInt8(ascii: "/")] + value.bytesInOrder
        if !value.isEmpty { directory.append(UInt8(ascii: "/")) }
      case UInt8(ascii: "R"):
        guard let number else { continue }
        let path = directory + value.bytesInOrder
        add(path.span, of: number)
      default: continue
      }
    }
  }
}
