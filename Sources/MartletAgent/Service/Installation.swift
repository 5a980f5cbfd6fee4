import Glibc

/// The files by which systemd runs the agent, below a root.
package struct Installation {
  /// `""` for the host's own root.
  private let root: String
  private let unit: String
  private static let configuration = "/etc/martlet/martlet.yaml"
  private static let policies = "/etc/martlet/policies"
  private static let ownDirectories = ["/etc/martlet/policies", "/etc/martlet"]
  private static let traces = ["/var/log/martlet", "/var/lib/martlet"]

  package init(root: String) {
    var root = root
    while root.hasSuffix("/") { root.removeLast() }
    self.root = root
    unit = root + "/etc/systemd/system/" + SystemdUnit.name
  }

  /// What a new configuration file says: that nothing has to be said.
  private static let sample = """
    # What 'martlet run' does. All of it has defaults: 'martlet config show' tells them, 'martlet config check' what is wrong.
    #
    # policies:
    #   paths: [/etc/martlet/policies]
    # file:
    #   path: /var/log/martlet/events.jsonl

    """

  /// Writes the unit for the program at `executable`, a configuration where there is none, and the directory of policies;
  /// has systemd start it if this is the host's own root. Returns the files that it wrote.
  package func install(executable: String) throws(InstallationError) -> [String] {
    for directory in [root + "/etc/systemd/system", root + Self.policies] { try makeDirectory(directory) }
    var written: [String] = []
    if unsafe access(root + Self.configuration, F_OK) != 0 {
      try write(Self.sample, to: root + Self.configuration, mode: 0o600)
      written.append(root + Self.configuration)
    }
    try write(SystemdUnit.text(executable: executable), to: unit, mode: 0o644)
    written.append(unit)
    try systemctl(["daemon-reload"])
    try systemctl(["enable", "--now", SystemdUnit.name])
    return written
  }

  /// Has systemd stop it if this is the host's own root, and removes what `install` wrote and nobody changed since. With
  /// `purge` goes what somebody did change, too, and what the agent wrote. Returns what is left.
  package func remove(purge: Bool) throws(InstallationError) -> [String] {
    if unsafe access(unit, F_OK) == 0 { try systemctl(["disable", "--now", SystemdUnit.name]) }
    unsafe unlink(unit)
    if purge || isSample(root + Self.configuration) { unsafe unlink(root + Self.configuration) }
    if purge { for path in [Self.policies] + Self.traces { removeFiles(in: root + path) } }
    for directory in Self.ownDirectories { unsafe rmdir(root + directory) }
    try systemctl(["daemon-reload"])
    return ([Self.configuration, Self.policies] + Self.traces).map { root + $0 }.filter { unsafe access($0, F_OK) == 0 }
  }

  // MARK: Files

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

  private func isSample(_ path: String) -> Bool {
    let sample = Array(Self.sample.utf8)
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: sample.count + 1)
    return unsafe read(descriptor, &text, text.count) == sample.count && Array(text.dropLast()) == sample
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

  // MARK: systemd

  /// Has systemd do something; nothing below another root than the host's.
  private func systemctl(_ arguments: [String]) throws(InstallationError) {
    guard root.isEmpty else { return }
    var words = unsafe (["systemctl"] + arguments).map { unsafe strdup($0) } + [nil]
    defer { for index in unsafe words.indices { unsafe free(words[index]) } }
    var pid: pid_t = 0
    let error = unsafe posix_spawnp(&pid, "systemctl", nil, nil, &words, environ)
    guard error == 0 else { throw .systemctl(arguments, "\(unsafe String(cString: strerror(error)))") }
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw .systemctl(arguments, "it failed") }
  }
}

/// Why the agent could not be installed or removed.
package enum InstallationError: Error, Hashable, CustomStringConvertible {
  case file(String, errno: Int32)
  case systemctl([String], String)

  package var description: String {
    switch self {
    case .file(let path, let errno): unsafe "cannot write '\(path)': \(String(cString: strerror(errno)))"
    case .systemctl(let words, let reason): "systemctl \(words.joined(separator: " ")): \(reason)"
    }
  }
}
