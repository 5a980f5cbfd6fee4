import Glibc

/// A disk of a test's own that can be made to stand still: an image with a file system that the kernel freezes.
package final class FrozenDisk {
  /// Where it is mounted.
  package let path: String
  private let guardian: Program

  /// Seconds after which it moves again in any case, as what waits for it cannot be ended. No test needs so many.
  private static let longest = 600

  package init(in place: Workplace) throws {
    path = try place.directory("disk")
    let image = try place.file("image")
    try Self.run(["/bin/truncate", "--size=64M", image])
    try Self.run(["/sbin/mkfs.ext4", "-q", image])
    try Self.run(["/bin/mount", "-o", "loop", image, path])
    guardian = try Program(["/bin/sh", "-c", "sleep \(Self.longest); exec /sbin/fsfreeze --unfreeze \"$0\"", path])
  }

  /// Whoever writes to it waits from now on.
  package func freeze() throws { try Self.run(["/sbin/fsfreeze", "--freeze", path]) }

  package func thaw() throws { try Self.run(["/sbin/fsfreeze", "--unfreeze", path]) }

  /// Takes it away, whatever state it is in.
  package func remove() {
    try? thaw()
    try? Self.run(["/bin/umount", "--lazy", path])
    kill(-guardian.pid, SIGKILL)
  }

  private static func run(_ command: [String]) throws {
    let outcome = try Outcome(of: command)
    guard outcome.status == 0 else { throw Failure("\(command.joined(separator: " ")): \(outcome.errors)") }
  }
}
