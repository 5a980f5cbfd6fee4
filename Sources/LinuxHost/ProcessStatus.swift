/// What `/proc/PID/status` tells about the identity of a process (or of a thread, under `task/TID`).
package struct ProcessStatus: Hashable, Sendable {
  /// The four user ids or the four group ids of a task, in the user namespace of the reader.
  package struct IDs: Hashable, Sendable {
    package let real: UInt32
    package let effective: UInt32
    package let saved: UInt32
    package let fileSystem: UInt32

    package init(real: UInt32, effective: UInt32, saved: UInt32, fileSystem: UInt32) {
      self.real = real
      self.effective = effective
      self.saved = saved
      self.fileSystem = fileSystem
    }
  }

  /// `Tgid`: the pid of the process, in the pid namespace of the procfs that was read.
  package let tgid: Int32
  /// `NStgid`: the pid of the process in each pid namespace it is in, from the procfs's own inwards; empty
  /// when the kernel does not tell.
  package let namespaceTGIDs: [Int32]
  /// `NSpid`: the same for the thread.
  package let namespacePIDs: [Int32]
  /// `Uid`.
  package let user: IDs
  /// `Gid`.
  package let group: IDs
  /// `CapPrm`: bit n is the capability n.
  package let permittedCapabilities: UInt64
  /// `CapEff`.
  package let effectiveCapabilities: UInt64

  /// Reads the text of one file; nil when a line is missing or malformed, the two lists excepted.
  package init?(_ text: Span<UInt8>) {
    var tgid: Int32?
    var namespaceTGIDs: [Int32]?
    var namespacePIDs: [Int32]?
    var user: IDs?
    var group: IDs?
    var permitted: UInt64?
    var effective: UInt64?

    var lines = TextScanner(text)
    while let line = lines.line() {
      // The kernel escapes line feeds in `Name`, so a process cannot write a line of its own.
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let key = line.extracting(first: colon)
      var values = TextScanner(line.extracting(droppingFirst: colon + 1))
      if key.equals("Tgid") {
        tgid = tgid ?? values.integer()
      } else if key.equals("NStgid") {
        namespaceTGIDs = namespaceTGIDs ?? values.integers()
      } else if key.equals("NSpid") {
        namespacePIDs = namespacePIDs ?? values.integers()
      } else if key.equals("Uid") {
        user = user ?? IDs(&values)
      } else if key.equals("Gid") {
        group = group ?? IDs(&values)
      } else if key.equals("CapPrm") {
        permitted = permitted ?? values.word()?.integer(radix: 16)
      } else if key.equals("CapEff") {
        effective = effective ?? values.word()?.integer(radix: 16)
      }
    }
    guard let tgid, let user, let group, let permitted, let effective else { return nil }
    self.tgid = tgid
    self.namespaceTGIDs = namespaceTGIDs ?? []
    self.namespacePIDs = namespacePIDs ?? []
    self.user = user
    self.group = group
    self.permittedCapabilities = permitted
    self.effectiveCapabilities = effective
  }
}

extension ProcessStatus.IDs {
  fileprivate init?(_ words: inout TextScanner) {
    guard let real = words.integer(UInt32.self), let effective = words.integer(UInt32.self),
      let saved = words.integer(UInt32.self), let fileSystem = words.integer(UInt32.self)
    else { return nil }
    self.init(real: real, effective: effective, saved: saved, fileSystem: fileSystem)
  }
}

extension TextScanner {
  /// The numbers up to the end, or up to the first word that is none.
  fileprivate mutating func integers() -> [Int32] {
    var numbers: [Int32] = []
    while let number = integer(Int32.self) { numbers.append(number) }
    return numbers
  }
}
