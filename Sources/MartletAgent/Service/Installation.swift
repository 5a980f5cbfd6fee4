import Glibc

/// The files by which systemd runs the agent and its shipper, below a root.
package struct Installation {
  /// `""` for the host's own root.
  private let root: String
  private static let configuration = "/etc/martlet/martlet.yaml"
  private static let policies = "/etc/martlet/policies"
  private static let ownDirectories = ["/etc/martlet/policies", "/etc/martlet"]
  private static let traces = ["/var/log/martlet", "/var/lib/martlet", "/var/lib/martlet-ship"]
  private static let units = [SystemdUnit.name, ShipperUnit.name]
  private static let unitDirectory = "/etc/systemd/system"
  private static let places = "/etc/systemd/system/martlet.service.d/martlet-places.conf"
  private static let users = "/etc/sysusers.d/martlet-ship.conf"
  private static let directories = "/etc/tmpfiles.d/martlet-ship.conf"

  package init(root: String) {
    var root = root
    while root.hasSuffix("/") { root.removeLast() }
    self.root = root
  }

  /// What a new configuration file says: that nothing has to be said.
  private static let sample = """
    # What 'martlet run' does. All of it has defaults: 'martlet config show' tells them, 'martlet config check' what is wrong.
    #
    # policies:
    #   paths: [/etc/martlet/policies]
    # file:
    #   path: /var/log/martlet/events.jsonl
    # outbox: # for 'martlet ship'
    #   path: /var/lib/martlet/outbox

    """

  /// Writes the unit for the program at `executable`, a configuration where there is none, and the directory of policies;
  /// where the configuration names other places than the unit's, a drop-in that lets the agent write there; where the shipper
  /// is, also what it needs. Has systemd start both if this is the host's own root. Returns the files that
  /// it wrote.
  package func install(executable: String) throws(InstallationError) -> [String] {
    guard executable.hasPrefix("/"), executable.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
      throw .program(executable)
    }
    try makeDirectory(root + Self.policies)
    var files: [(path: String, text: String, mode: mode_t)] = []
    if !exists(Self.configuration) { files.append((Self.configuration, Self.sample, 0o600)) }
    files.append((path(of: SystemdUnit.name), SystemdUnit.text(executable: executable), 0o644))
    let file = try? ConfigurationFile.find(root + Self.configuration)
    removePlaces()
    if let text = SystemdUnit.places(of: Configuration(file: file, environment: { _ in nil }, options: [])) {
      files.append((Self.places, text, 0o644))
    }
    let shipper = ShipperProgram.places(by: executable).first(where: exists)
    if let shipper {
      files += [
        (path(of: ShipperUnit.name), ShipperUnit.text(executable: shipper), 0o644),
        (Self.users, ShipperUnit.user, 0o644), (Self.directories, ShipperUnit.directories, 0o644),
      ]
    }
    for file in files {
      try makeDirectory(root + file.path.parentDirectory)
      try write(file.text, to: root + file.path, mode: file.mode)
    }
    if shipper != nil {
      try call(["systemd-sysusers", Self.users])
      try call(["systemd-tmpfiles", "--create", Self.directories])
    }
    try call(["systemctl", "daemon-reload"])
    try call(["systemctl", "enable", "--now"] + (shipper == nil ? [SystemdUnit.name] : Self.units))
    return files.map { root + $0.path }
  }

  /// Has systemd stop them if this is the host's own root, and removes what `install` wrote and nobody changed since. With
  /// `purge` goes what somebody did change, too, what the two wrote, and the shipper's user. Returns what is left.
  package func remove(purge: Bool) throws(InstallationError) -> [String] {
    for (unit, text) in [
      (SystemdUnit.name, SystemdUnit.text(executable: "/")), (ShipperUnit.name, ShipperUnit.text(executable: "/")),
    ] where exists(path(of: unit)) {
      try call(["systemctl", "disable", "--now", unit])
      let found = root + path(of: unit)
      if purge || isUnchanged(found, text) { unsafe unlink(found) }
    }
    removePlaces(whatever: purge)
    if purge || isSample(root + Self.configuration) { unsafe unlink(root + Self.configuration) }
    if purge {
      for path in [Self.policies] + Self.traces { removeFiles(in: root + path) }
      unsafe unlink(root + ShipperUnit.configuration)
      // There is none if there was no shipper.
      if exists(Self.users) { try? call(["userdel", "martlet-ship"]) }
    }
    for path in [Self.users, Self.directories] { unsafe unlink(root + path) }
    for directory in Self.ownDirectories { unsafe rmdir(root + directory) }
    try call(["systemctl", "daemon-reload"])
    let places =
      Self.units.map(path) + [Self.places, Self.configuration, ShipperUnit.configuration, Self.policies] + Self.traces
    return places.filter(exists).map { root + $0 }
  }

  // MARK: Files

  private func exists(_ path: String) -> Bool { unsafe access(root + path, F_OK) == 0 }

  private func path(of unit: String) -> String { Self.unitDirectory + "/" + unit }

  private func makeDirectory(_ path: String) throws(InstallationError) {
    for index in path.indices where path[index] == "/" && index != path.startIndex {
      unsafe mkdir(String(path[..<index]), 0o755)
    }
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .file(path, errno: errno) }
  }

  private func write(_ text: String, to path: String, mode: mode_t) throws(InstallationError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw .file(path, errno: errno) }
    defer { close(descriptor) }
    let bytes = Array(text.utf8)
    guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else { throw .file(path, errno: errno) }
  }

  /// Removes the drop-in, if it is one of ours or whatever it is, and its directory unless there is more.
  private func removePlaces(whatever: Bool = false) {
    guard let text = content(root + Self.places), whatever || SystemdUnit.isPlaces(text) else { return }
    unsafe unlink(root + Self.places)
    unsafe rmdir((root + Self.places).parentDirectory)
  }

  private func isSample(_ path: String) -> Bool { content(path) == Self.sample }

  private func isUnchanged(_ path: String, _ unit: String) -> Bool {
    content(path).map { SystemdUnit.isUnchanged($0, unit) } ?? false
  }

  /// What stands in a file that is no longer than ours are.
  private func content(_ path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(descriptor, &text, text.count)
    return count < 0 ? nil : String(decoding: text.prefix(count), as: UTF8.self)
  }

  /// Removes the files in a directory, and it if nothing else is there.
  private func removeFiles(in path: String) {
    guard let directory = unsafe opendir(path) else { return }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { name in
        unsafe String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name == "." || name == ".." { continue }
      if unsafe entry.pointee.d_type == UInt8(DT_DIR) { removeFiles(in: "\(path)/\(name)") }
      unsafe unlink("\(path)/\(name)")
    }
    unsafe rmdir(path)
  }

  // MARK: Programs

  /// Has systemd or the user database do something; nothing below another root than the host's.
  private func call(_ command: [String]) throws(InstallationError) {
    guard root.isEmpty else { return }
    var words = unsafe command.map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe words.indices { unsafe free(words[index]) } }
    var pid: pid_t = 0
    let error = unsafe posix_spawnp(&pid, command[0], nil, nil, &words, environ)
    guard error == 0 else { throw .command(command, "\(unsafe String(cString: strerror(error)))") }
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw .command(command, "it failed") }
  }
}

/// Why the agent could not be installed or removed.
package enum InstallationError: Error, Hashable, CustomStringConvertible {
  case program(String)
  case file(String, errno: Int32)
  case command([String], String)

  package var description: String {
    switch self {
    case .program(let path): "'\(path)' is no absolute path of a program"
    case .file(let path, let errno): unsafe "cannot write '\(path)': \(String(cString: strerror(errno)))"
    case .command(let words, let reason): "\(words.joined(separator: " ")): \(reason)"
    }
  }
}
