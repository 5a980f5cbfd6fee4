import MartletModel

/// How both formats write what events are about.
extension ScreenLine {
  /// `root(0)`, or the number alone for an id without a name.
  mutating func add(_ identity: IdentityChange.Identity, _ ink: Ink = .plain) {
    guard !identity.name.isEmpty else {
      add(String(identity.id), ink)
      return
    }
    add(word: identity.name, ink)
    add("(\(identity.id))", ink)
  }

  /// `sh(1234)`, or `pid 1234` for a process that nothing is known of.
  mutating func add(process image: ProcessImage?, pid: UInt32) {
    if let image, !image.comm.isEmpty {
      add(word: image.comm)
      add("(\(pid))")
    } else {
      add(pid == 0 ? "an unknown process" : "pid \(pid)")
    }
  }

  /// A path, or the name of a file that has none, and why it may not be the whole truth.
  mutating func add(file: FileIdentity, _ ink: Ink = .plain) {
    if !file.shown.isEmpty { add(word: file.shown, ink) }
    if let caveat = file.caveat { add((file.shown.isEmpty ? "" : " ") + caveat, .yellow) }
  }
}

extension Arguments {
  /// All of them; none for a process that was started without any.
  var vector: [String] { argv0.isEmpty && args.isEmpty ? [] : [argv0] + args }
}
