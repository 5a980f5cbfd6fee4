/// The mounts of a mount namespace, by id.
package struct MountTable: Hashable, Sendable {
  private var mounts: [UInt32: MountInfo] = [:]

  /// How many lines of the text were left out because they could not be read.
  package private(set) var malformedLines = 0

  /// Reads the text of `/proc/PID/mountinfo`. A line that cannot be read is counted and left out.
  package init(_ text: Span<UInt8>) {
    var lines = TextScanner(text)
    while let line = lines.line() {
      if let mount = MountInfo(line) {
        mounts[mount.id] = mount
      } else {
        malformedLines += 1
      }
    }
  }

  /// How many mounts there are.
  package var count: Int { mounts.count }

  /// The mount with this id.
  package subscript(id: UInt32) -> MountInfo? { mounts[id] }

  /// Every mount, in no particular order.
  package var all: some Collection<MountInfo> { mounts.values }
}
