import CLinux
import Glibc
import LinuxHost

/// Where the agent is to be talked to, and by whom beside root.
package struct ControlOptions: Hashable, Sendable {
  package static let standardPath = "/run/martlet/control.sock"

  package var path: String
  /// A group by name or number; `""` for none.
  package var group: String

  package init(path: String = ControlOptions.standardPath, group: String = "") {
    self.path = path
    self.group = group
  }

  /// Whether a socket may have that path.
  func checkPath() throws(ControlError) {
    let longest = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
    guard path.utf8.count <= longest else {
      throw ControlError(description: "the path of a socket has at most \(longest) bytes")
    }
  }

  /// Which file stands at the path; 0 where there is none.
  var identity: (device: dev_t, inode: ino_t) {
    var found = stat()
    return unsafe stat(path, &found) == 0 ? (found.st_dev, found.st_ino) : (0, 0)
  }

  /// The group's number: `clinux_no_group` where there is to be none.
  func gid() throws(ControlError) -> gid_t {
    if group.isEmpty { return clinux_no_group }
    if let number = UInt32(group), number != clinux_no_group { return number }
    guard let gid = contents(of: "/etc/group").flatMap({ GroupDatabase(group: $0.span).gid(of: group) }) else {
      throw ControlError(description: "there is no group '\(group)'")
    }
    return gid
  }
}

/// Why nobody can talk to the agent.
package struct ControlError: Error, Hashable, CustomStringConvertible {
  package let description: String
}
