/// The cgroups a process is in, as `/proc/PID/cgroup` tells them.
package struct CgroupMembership: Hashable, Sendable {
  /// The place of the process in one hierarchy.
  package struct Entry: Hashable, Sendable {
    /// The id of the hierarchy, 0 for the unified one (cgroup v2).
    package let hierarchy: UInt32
    /// The controllers bound to it, separated by commas, or `name=` and its name; empty in the unified one.
    package let controllers: String
    /// The path from the root of the hierarchy (from the root of the reader's cgroup namespace); ends in
    /// ` (deleted)` when the cgroup was removed under a process that has ended.
    package let path: String
  }

  /// One entry per hierarchy, in the order of the text.
  package let entries: [Entry]

  /// Reads the text of one file. A line that cannot be read is left out.
  package init(_ text: Span<UInt8>) {
    var entries: [Entry] = []
    var lines = TextScanner(text)
    while let line = lines.line() {
      var fields = TextScanner(line)
      // Only the first two colons separate: a path may hold more of them.
      guard let hierarchy: UInt32 = fields.piece(before: UInt8(ascii: ":"))?.integer(),
        let controllers = fields.piece(before: UInt8(ascii: ":"))?.string, !fields.rest.isEmpty
      else { continue }
      entries.append(Entry(hierarchy: hierarchy, controllers: controllers, path: fields.rest.string))
    }
    self.entries = entries
  }

  /// The path in the unified hierarchy (cgroup v2), if the process is in it.
  package var unifiedPath: String? {
    entries.first { $0.hierarchy == 0 }?.path
  }

  /// The container that the process is in: the first one that a path names, in the order of the text.
  package var container: ContainerID? {
    for entry in entries {
      if let container = ContainerID(cgroupPath: entry.path) { return container }
    }
    return nil
  }
}
