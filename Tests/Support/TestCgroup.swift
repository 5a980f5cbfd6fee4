import Foundation
import Glibc

/// A cgroup of version 2 of a test's own, empty at first. It goes away with all that is in it.
package final class TestCgroup {
  package let path: String

  package init() throws {
    path = try "\(Self.root())/martlet-test-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try check("mkdir \(path)", unsafe mkdir(path, 0o755))
  }

  deinit {
    try? Data("1".utf8).write(to: URL(filePath: path + "/cgroup.kill"))
    for _ in 0..<1000 {
      for child in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] {
        unsafe rmdir("\(path)/\(child)")
      }
      if unsafe rmdir(path) == 0 { return }
      usleep(10_000)
    }
  }

  /// Where the hierarchy of version 2 is mounted.
  private static func root() throws -> Substring {
    let mounts = try String(contentsOfFile: "/proc/self/mounts", encoding: .utf8).split(separator: "\n")
    let mount = mounts.map { $0.split(separator: " ") }.first { $0.count > 2 && $0[2] == "cgroup2" }
    guard let mount else { throw Failure("no cgroup2 is mounted") }
    return mount[1]
  }

  /// What the processes in it are called that are there just now.
  package func commands() throws -> [String] {
    try String(contentsOfFile: path + "/cgroup.procs", encoding: .utf8).split(separator: "\n").compactMap { pid in
      try? String(contentsOfFile: "/proc/\(pid)/comm", encoding: .utf8).trimmingCharacters(in: .newlines)
    }
  }

  /// A command that does the same in it.
  package func inside(_ command: [String]) -> [String] {
    ["/bin/sh", "-c", "echo $$ > \(path)/cgroup.procs && exec \"$@\"", "sh"] + command
  }
}
