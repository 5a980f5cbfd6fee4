/// What an event of one type must have for any rule to hold for it, as far as the kernel can tell before it makes a
/// record.
///
/// A gate stands for a set of tests of numbers that some rules share. An event passes if its numbers leave a gate open
/// that its names open too, or that asks for none. That is less than the rules ask: what passes need not match, what
/// does not pass cannot.
package struct EventFilter: Hashable, Sendable {
  /// A number of an event. What it is depends on the type: `subject(of:)` of the rules' side and the probe agree on it.
  package enum Number: UInt8, CaseIterable, Sendable {
    /// What the call returned.
    case result
    /// Its flags.
    case flags
    /// What it asked for: protections, a mode, a request, a command, a signal, an owner.
    case asked
    /// What was there before: the mode of the file, flags of the memory, the process that a signal is for.
    case before
  }

  /// `number & mask` lies in `range`, and `residues` has the bit of it modulo 64; or not, if it is inverted.
  package struct Test: Hashable, Sendable {
    package var number: Number
    package var mask: UInt64
    package var range: ClosedRange<Int64>
    package var residues: UInt64
    package var isInverted: Bool

    package init(
      _ number: Number, mask: UInt64 = .max, in range: ClosedRange<Int64>, residues: UInt64 = .max,
      isInverted: Bool = false
    ) {
      self.number = number
      self.mask = mask
      self.range = range
      self.residues = residues
      self.isInverted = isInverted
    }

    package func holds(for value: Int64) -> Bool {
      let value = value & Int64(bitPattern: mask)
      return (range.contains(value) && residues >> UInt64(value & 63) & 1 == 1) != isInverted
    }
  }

  /// A component of a path, cut to the bytes that the kernel compares.
  package struct Name: Hashable, Sendable {
    package static let longest = 59
    package let bytes: [UInt8]
    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes.prefix(Self.longest)) }
  }

  /// A file that an event is about.
  package enum File: Sendable {
    /// Its names, the first below the root first; `isWhole` if they begin there.
    case named([Name], isWhole: Bool)
    /// There is one, of which the kernel knows too little.
    case unknown
  }

  /// Bits of all gates.
  package var gates: UInt64 = 0
  /// Those that ask for no name.
  package var unnamed: UInt64 = 0
  /// The gates that a test closes where it fails.
  package var tests: [Test: UInt64] = [:]
  /// The gates that a name opens: of the file, of its directory, of a directory anywhere above it with its whole path.
  package var leaves: [Name: UInt64] = [:]
  package var parents: [Name: UInt64] = [:]
  package var directories: [[Name]: UInt64] = [:]

  package static let mostGates = 64
  package static let mostTests = 32

  package init() {}

  /// Whether there is a gate that nothing closes: then it need not be asked.
  package var admitsEverything: Bool { gates & unnamed & ~tests.values.reduce(0, |) != 0 }

  /// Whether the kernel makes a record of an event with these numbers and these files, of which one has to have the name.
  package func admits(_ files: [File], numbers: (Number) -> Int64) -> Bool {
    let open = tests.reduce(gates) { $1.key.holds(for: numbers($1.key.number)) ? $0 : $0 & ~$1.value }
    return open & files.reduce(unnamed) { $0 | opened(by: $1) } != 0
  }

  private func opened(by file: File) -> UInt64 {
    switch file {
    case .unknown: return .max
    case .named(let names, let isWhole):
      var open = isWhole ? 0 : directories.values.reduce(0, |)
      if let leaf = names.last { open |= leaves[leaf] ?? 0 }
      if names.count > 1 { open |= parents[names[names.count - 2]] ?? 0 }
      for depth in names.indices.dropFirst() { open |= directories[Array(names.prefix(depth))] ?? 0 }
      return open
    }
  }
}
