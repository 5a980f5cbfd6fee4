import MartletModel

extension Need: CustomStringConvertible {
  /// What an event has to have, for people: `flags & 0x241 >= 1, file in /etc/cron.d/**, */shadow`.
  package var description: String {
    let tests = tests.map(\.text).sorted()
    guard let names else { return tests.isEmpty ? "everything" : tests.joined(separator: ", ") }
    return (tests + ["file " + names.map(\.text).sorted().joined(separator: " or ")]).joined(separator: ", ")
  }
}

extension Need.Name {
  fileprivate var text: String {
    switch self {
    case .leaf(let name): "**/" + name.text
    case .parent(let name): "**/" + name.text + "/*"
    case .directory(let path): "/" + path.map(\.text).joined(separator: "/") + "/**"
    }
  }
}

extension EventFilter.Name {
  fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension EventFilter.Test {
  fileprivate var text: String {
    let value = mask == .max ? "\(number)" : "\(number) & 0x" + String(mask, radix: 16)
    let (least, greatest) = (range.lowerBound, range.upperBound)
    let condition =
      if residues != .max {
        "among \(residues.nonzeroBitCount) numbers"
      } else if least == greatest {
        isInverted ? "!= \(least)" : "== \(least)"
      } else if least == .min {
        isInverted ? "> \(greatest)" : "<= \(greatest)"
      } else {
        isInverted ? "< \(least)" : ">= \(least)"
      }
    return value + " " + condition
  }
}
