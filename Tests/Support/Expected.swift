import Foundation
package import Glibc

// What events must say, taken from stat(2), mountinfo and the account files by other means than the product's.

extension Pattern {
  /// A whole event.
  package static func event(
    _ name: String, _ category: String, outcome: String = "Success", process: Pattern,
    usr: Pattern = ["id": "root", "group": "root"], _ members: [String: Pattern] = [:]
  ) -> Pattern {
    let common: Pattern = [
      "agent": .anything, "title": "Traced activity", "date": .time, "process": process, "usr": usr, "container": [:],
      "dd": [:], "evt": ["name": Pattern(name), "category": Pattern(category), "outcome": Pattern(outcome)],
    ]
    return common.with(members)
  }

  /// The file at `path`, as it is now. `resolved` is the path that the kernel makes of it. A symbolic link is followed,
  /// unless it is `itself` what is asked for.
  package static func file(_ path: String, resolved: String? = nil, itself: Bool = false) throws -> Pattern {
    var found = stat()
    try check("stat \(path)", unsafe fstatat(AT_FDCWD, path, &found, itself ? AT_SYMLINK_NOFOLLOW : 0))
    let resolved = resolved ?? path
    let mount = try Mount(of: path)
    let names: [String: Pattern] = [
      "user": userName(found.st_uid).map { Pattern($0) } ?? .absent,
      "group": groupName(found.st_gid).map { Pattern($0) } ?? .absent,
    ]
    let file: Pattern = [
      "path": Pattern(resolved), "name": resolved == "/" ? .absent : Pattern((resolved as NSString).lastPathComponent),
      "inode": Pattern(found.st_ino), "mode": Pattern(found.st_mode), "uid": Pattern(found.st_uid),
      "gid": Pattern(found.st_gid), "mount_id": Pattern(mount.id), "filesystem": Pattern(mount.type),
      "mount_path": Pattern(mount.point), "mount_source": "mount_id", "mount_origin": "procfs",
      "modification_time": Pattern(rfc3339(found.st_mtim)), "change_time": Pattern(rfc3339(found.st_ctim)),
      "hash_state": "NoHash",
    ]
    return file.with(names)
  }

  /// An identity: one user and group for all purposes, unless told otherwise. Capabilities are bit masks.
  package static func credentials(
    uid: uid_t = 0, gid: gid_t = 0, euid: uid_t? = nil, egid: gid_t? = nil, fsuid: uid_t? = nil, fsgid: gid_t? = nil,
    effective: UInt64 = Capability.own, permitted: UInt64 = Capability.own
  ) -> Pattern {
    func named(_ id: uid_t, _ name: String?) -> (Pattern, Pattern) {
      (Pattern(id), name.map { Pattern($0) } ?? .absent)
    }
    let user = named(uid, userName(uid))
    let group = named(gid, groupName(gid))
    let euser = named(euid ?? uid, userName(euid ?? uid))
    let egroup = named(egid ?? gid, groupName(egid ?? gid))
    let fsuser = named(fsuid ?? euid ?? uid, userName(fsuid ?? euid ?? uid))
    let fsgroup = named(fsgid ?? egid ?? gid, groupName(fsgid ?? egid ?? gid))
    return [
      "uid": user.0, "user": user.1, "gid": group.0, "group": group.1, "euid": euser.0, "euser": euser.1,
      "egid": egroup.0, "egroup": egroup.1, "fsuid": fsuser.0, "fsuser": fsuser.1, "fsgid": fsgroup.0,
      "fsgroup": fsgroup.1, "cap_effective": Pattern(Capability.names(effective)),
      "cap_permitted": Pattern(Capability.names(permitted)),
    ]
  }

  /// The process that the traced actor is, with the words it was started with.
  package static func actor(_ trace: Trace, _ words: [String], credentials: Pattern = .credentials()) throws -> Pattern
  {
    try program(trace, Program.actor, [Program.actor] + words, credentials: credentials)
  }

  /// The process that the traced command is.
  package static func program(
    _ trace: Trace, _ path: String, _ argv: [String], credentials: Pattern = .credentials()
  ) throws -> Pattern {
    let process = Pattern.process(
      pid: try trace.pid, ppid: Int64(trace.agent), executable: try .file(path), argv: argv, credentials: credentials)
    return process
  }

  /// A process that was seen from its beginning on.
  package static func process(
    pid: Int64, ppid: Int64, executable: Pattern, argv: [String], credentials: Pattern = .credentials()
  ) -> Pattern {
    guard case .object(let identity) = credentials, case .object(let file) = executable else { return .anything }
    return [
      "pid": Pattern(pid), "ppid": Pattern(ppid), "tid": Pattern(pid), "uid": identity["uid"] ?? .absent,
      "gid": identity["gid"] ?? .absent, "user": identity["user"] ?? .absent, "group": identity["group"] ?? .absent,
      "comm": file["name"] ?? .absent, "fork_time": .time, "exec_time": .time, "credentials": credentials,
      "executable": executable, "argv0": argv.first.map { Pattern($0) } ?? .absent,
      "args": argv.count > 1 ? Pattern(Array(argv.dropFirst())) : .absent, "envs": ["PATH=/usr/bin:/bin", "HOME"],
      "source": "event", "parent": .anything, "ancestors": .anything,
    ]
  }
}

/// A time as the schema writes it.
package func rfc3339(_ time: timespec) -> String {
  var seconds = time.tv_sec
  var parts = unsafe tm()
  var text = [CChar](repeating: 0, count: 32)
  _ = unsafe gmtime_r(&seconds, &parts)
  let length = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
  let whole = String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  guard time.tv_nsec > 0 else { return whole + "Z" }
  var fraction = String(String(1_000_000_000 + time.tv_nsec).dropFirst())
  while fraction.hasSuffix("0") { fraction.removeLast() }
  return whole + "." + fraction + "Z"
}

/// A user's name by the host's own files.
package func userName(_ id: uid_t) -> String? { name(of: id, in: "/etc/passwd") }
/// A group's name by the host's own files.
package func groupName(_ id: gid_t) -> String? { name(of: id, in: "/etc/group") }

private func name(of id: UInt32, in path: String) -> String? {
  let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
  for line in text.split(separator: "\n") {
    let fields = line.split(separator: ":", omittingEmptySubsequences: false)
    if fields.count > 2, fields[2] == String(id) { return String(fields[0]) }
  }
  return nil
}

/// The mount that a file is on.
package struct Mount {
  package let id: UInt64
  package let type: String
  package let point: String

  /// Of a path without symbolic links: the mount point that is the longest beginning of it, the last mounted of several.
  package init(of path: String) throws {
    var best: Mount?
    for line in try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8).split(separator: "\n") {
      let sides = line.components(separatedBy: " - ")
      let fields = sides[0].split(separator: " ")
      let point = String(fields[4])
      guard path == point || path.hasPrefix(point == "/" ? "/" : point + "/") else { continue }
      if let best, best.point.utf8.count > point.utf8.count { continue }
      best = Mount(id: UInt64(fields[0]) ?? 0, type: String(sides[1].split(separator: " ")[0]), point: point)
    }
    guard let best else { throw Failure("no mount holds \(path)") }
    self = best
  }

  private init(id: UInt64, type: String, point: String) { (self.id, self.type, self.point) = (id, type, point) }
}

/// Capabilities by number (`linux/capability.h`).
package enum Capability {
  private static let all = [
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP",
    "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER",
    "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE",
    "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP",
    "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
    "CHECKPOINT_RESTORE",
  ]

  /// The names of a set, sorted.
  package static func names(_ set: UInt64) -> [String] {
    all.indices.filter { set & 1 << UInt64($0) != 0 }.map { "CAP_" + all[$0] }.sorted()
  }

  /// Those that a thread loses while its user for files is not root (`CAP_FS_MASK`).
  package static let ofFiles: UInt64 = (0...4).reduce(1 << 9 | 1 << 27 | 1 << 32) { $0 | 1 << $1 }

  /// The capabilities that this process has and what it starts inherits.
  package static let own: UInt64 = {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") } ?? ""
    return UInt64(line.split(separator: "\t").last ?? "", radix: 16) ?? 0
  }()
}
