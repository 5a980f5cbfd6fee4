import MartletModel

extension FileIdentity {
  /// The best name there is: the path, or the name of a file that has none.
  var shown: String { path.isEmpty ? name : path }

  /// Why `shown` is not the whole truth.
  var caveat: String? {
    switch pathError {
    case nil: shown.isEmpty ? "(unknown)" : nil
    case .truncated: "(beginning missing)"
    case .detached: "(detached)"
    case .userString: "(as given)"
    case .unknown: "(unknown)"
    }
  }

  /// The mode as ls(1) shows it: `-rwsr-xr-x`.
  var modeText: String {
    let type =
      switch mode & 0o170000 {
      case 0o140000: "s"
      case 0o120000: "l"
      case 0o100000: "-"
      case 0o060000: "b"
      case 0o040000: "d"
      case 0o020000: "c"
      case 0o010000: "p"
      default: "?"
      }
    return type + permissionText(mode)
  }
}

/// The lower twelve bits of a mode, in nine characters.
func permissionText(_ mode: UInt16) -> String {
  func triple(_ shift: UInt16, special: UInt16, _ letter: (with: String, without: String)) -> String {
    let bits = mode >> shift
    let isSpecial = mode & special != 0
    let execute = bits & 1 != 0 ? (isSpecial ? letter.with : "x") : (isSpecial ? letter.without : "-")
    return (bits & 4 != 0 ? "r" : "-") + (bits & 2 != 0 ? "w" : "-") + execute
  }
  return triple(6, special: 0o4000, ("s", "S")) + triple(3, special: 0o2000, ("s", "S"))
    + triple(0, special: 0o1000, ("t", "T"))
}

/// The flags of an open that tell what it is for: `r`, `rw +creat +trunc`.
func openText(_ flags: UInt32) -> String {
  var words = [
    flags & UInt32(OpenFlags.path) != 0 ? "path" : ["r", "w", "rw", "rw"][Int(flags & 3)]
  ]
  let telling = ["O_APPEND", "O_CREAT", "O_DIRECT", "O_DIRECTORY", "O_EXCL", "O_NOFOLLOW", "O_SYNC", "O_TRUNC"]
  for name in OpenFlags.names(UInt64(flags)) where telling.contains(name) {
    words.append("+" + name.dropFirst("O_".count).lowercased())
  }
  return words.joined(separator: " ")
}
