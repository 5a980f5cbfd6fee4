import MartletModel

/// The rows that tell of the acting process.
extension ScreenTree {
  /// Who acted, and as whom.
  mutating func add(process event: Event) {
    let image = event.process
    add(1, "process") { line in
      line.add(word: image.comm.isEmpty ? "?" : image.comm, .bold)
      line.add("  pid \(image.pid)")
      if event.activity.tid != event.activity.pid { line.add("  tid \(event.activity.tid)") }
      line.add("  ppid \(image.ppid)")
      if !image.tty.isEmpty {
        line.add("  tty ")
        line.add(word: image.tty)
      }
      if image.isKernelWorker { line.add("  kernel thread", .dim) }
    }
    let (ids, names) = (event.credentials, event.names)
    add(2, "user") { line in
      line.add(.init(id: ids.uid, name: names.user))
      line.add("  group ", .dim)
      line.add(.init(id: ids.gid, name: names.group))
    }
    add(2, differing: "effective", ids.euid, names.euser, ids.egid, names.egroup, from: ids)
    // The kernel keeps those for files equal to the effective ones unless it is told otherwise.
    if (ids.fsuid, ids.fsgid) != (ids.euid, ids.egid) {
      add(2, differing: "for files", ids.fsuid, names.fsuser, ids.fsgid, names.fsgroup, from: ids)
    }
    if ids.capEffective != 0 {
      add(2, "capabilities") { $0.add(capabilityText(ids.capEffective), .plain, .long) }
    }
    if let container = image.container {
      add(2, "container") { line in
        line.add(word: String(container.id.prefix(12)))
        guard !container.image.isEmpty else { return }
        line.add("  ")
        line.add(word: container.image)
      }
    }
    if let session = image.userSession {
      add(2, "session") { line in
        line.add("\(session.kind.name) ")
        line.add(word: session.user.name.isEmpty ? "?" : session.user.name, .bold)
        line.add("  id \(session.idText)", .dim)
      }
    }
    if let span = event.span { add(2, "span") { $0.add("\(span.spanID) of trace \(span.traceID)") } }
  }

  private mutating func add(
    _ depth: Int, differing label: String, _ user: UInt32, _ userName: String, _ group: UInt32, _ groupName: String,
    from ids: Credentials
  ) {
    guard (user, group) != (ids.uid, ids.gid) else { return }
    add(depth, label) { line in
      line.add(.init(id: user, name: userName), user == ids.uid ? .plain : .yellow)
      line.add("  group ", .dim)
      line.add(.init(id: group, name: groupName), group == ids.gid ? .plain : .yellow)
    }
  }

  /// What the process runs.
  mutating func add(image: ProcessImage, columns: Int?) {
    add(1, "executable", file: image.executable)
    if let interpreter = image.interpreter { add(1, "interpreter", file: interpreter) }
    guard let arguments = image.arguments else { return }
    add(1, "arguments", words: arguments.vector, cut: arguments.argsTruncated, columns: columns)
    if !arguments.envs.isEmpty {
      add(1, "environment", words: arguments.envs, cut: arguments.envsTruncated, columns: columns)
    }
  }

  /// A file and, below it, what its inode and its mount say.
  mutating func add(_ depth: Int, _ label: String, file: FileIdentity) {
    add(depth, label) { $0.add(file: file, .bold) }
    guard file.inode != 0 else { return }
    add(depth + 1, "owner") { line in
      line.add(.init(id: file.uid, name: file.user))
      line.add("  group ", .dim)
      line.add(.init(id: file.gid, name: file.group))
      line.add("  \(file.modeText)", file.mode & 0o6000 == 0 ? .plain : .yellow)
    }
    add(depth + 1, "inode") { line in
      line.add(String(file.inode))
      if file.isFileless { return line.add("  in memory only", .yellow) }
      if !file.filesystem.isEmpty {
        line.add(" on ", .dim)
        line.add(word: file.filesystem)
      }
      if !file.mountPath.isEmpty {
        line.add(" at ", .dim)
        line.add(word: file.mountPath)
      }
      line.add("  mount \(file.mountID)", .dim)
      if file.inUpperLayer == true { line.add("  in the upper layer", .yellow) }
    }
  }

  /// Words, as many to a line as fit.
  private mutating func add(_ depth: Int, _ label: String, words: [String], cut: Bool, columns: Int?) {
    let width = max((columns ?? 100) - Self.margin, 16)
    var start = 0
    while start < words.count {
      var end = start
      var used = 0
      // Scalars are a fair guess of columns: whoever guesses wrong is cut, not wrapped.
      while end < words.count, end == start || used + words[end].unicodeScalars.count < width {
        used += words[end].unicodeScalars.count + 1
        end += 1
      }
      let (isFirst, isLast, part) = (start == 0, end == words.count, words[start..<end])
      add(depth, isFirst ? label : nil) { line in
        line.add(words: part)
        if isLast, cut { line.add(" (cut)", .yellow) }
      }
      start = end
    }
  }

  /// The images that led to this one, the nearest first.
  mutating func add(lineageOf image: ProcessImage) {
    let limit = 32
    var current = image
    for row in 0..<limit {
      guard let ancestor = current.ancestor else { return }
      let elided = current.ancestorsElided
      add(1, row == 0 ? "lineage" : nil) { line in
        if elided { line.add("… ", .dim) }
        line.add(process: ancestor, pid: ancestor.pid)
        if ancestor.isCopy { return line.add(" fork", .dim) }
        if ancestor.executable.shown.isEmpty { return }
        line.add(" ")
        line.add(file: ancestor.executable, .dim)
      }
      current = ancestor
    }
    if current.ancestor != nil { add(1, nil) { $0.add("… and what led there", .dim) } }
  }
}
