internal import CMartletABI
import MartletModel

// The parts that several records share.

extension Credentials {
  init(_ fixed: martlet_credentials) {
    self.init(
      uid: fixed.uid, gid: fixed.gid, euid: fixed.euid, egid: fixed.egid, fsuid: fixed.fsuid, fsgid: fixed.fsgid,
      capEffective: fixed.cap_effective, capPermitted: fixed.cap_permitted)
  }
}

extension FileIdentity {
  /// `nil` when the probe had no file to read.
  init?(decoding file: martlet_file, of record: borrowing Record) throws(RecordError) {
    guard has(file, MARTLET_FILE_PRESENT) else { return nil }
    let components = try record.slice(file.path)
    self.init()
    inode = file.inode
    mode = file.mode
    uid = file.uid
    gid = file.gid
    modified = Instant(seconds: file.mtime_s, nanoseconds: file.mtime_ns)
    changed = Instant(seconds: file.ctime_s, nanoseconds: file.ctime_ns)
    filesystem = try record.text(file.filesystem)
    if file.layer != MARTLET_LAYER_NONE.rawValue { inUpperLayer = file.layer == MARTLET_LAYER_UPPER.rawValue }
    if has(file, MARTLET_FILE_INTERNAL) {
      name = String(decoding: components.extracting(..<firstComponentEnd(components)))
      return
    }
    path = pathText(components)
    name = String(decoding: components.extracting(..<firstComponentEnd(components)))
    mountID = file.mount_id
    mountSource = .mountID
    let inside = min(Int(file.mount_depth), components.byteCount)
    mountPath = pathText(components.extracting(inside...))
    if has(file, MARTLET_FILE_TRUNCATED) {
      pathError = .truncated
    } else if has(file, MARTLET_FILE_DETACHED) {
      pathError = .detached
    }
  }

  /// A file that only the caller's string tells of: `base` is the directory it starts from.
  init(userString: String, base: FileIdentity?) {
    self.init()
    guard !userString.isEmpty else {
      pathError = .unknown
      return
    }
    path = normalized(userString, base: base?.path ?? "")
    name = FileIdentity.name(path: path)
    pathError = .userString
  }
}

private func has(_ file: martlet_file, _ flag: martlet_file_flag) -> Bool {
  UInt32(file.flags) & flag.rawValue != 0
}

/// Where the first name of a run of NUL-terminated names ends.
private func firstComponentEnd(_ components: RawSpan) -> Int {
  var end = 0
  while end < components.byteCount, unsafe components.unsafeLoad(fromUncheckedByteOffset: end, as: UInt8.self) != 0 {
    end += 1
  }
  return end
}

/// The absolute path of names that run from the leaf up; `"/"` for none.
private func pathText(_ components: RawSpan) -> String {
  guard components.byteCount > 0 else { return "/" }
  return unsafe components.withUnsafeBytes { names in
    // Each name's NUL makes room for the slash before it.
    unsafe String(unsafeUninitializedCapacity: names.count + 1) { path in
      var written = 0
      var end = unsafe names[names.count - 1] == 0 ? names.count - 1 : names.count
      while true {
        var start = end
        while start > 0, unsafe names[start - 1] != 0 { start -= 1 }
        unsafe path[written] = UInt8(ascii: "/")
        written += 1
        for index in start..<end {
          unsafe path[written] = names[index]
          written += 1
        }
        guard start > 0 else { return written }
        end = start - 1
      }
    }
  }
}

/// `path` made absolute below `base` and freed of `.`, `..` and doubled slashes, without asking any file system.
func normalized(_ path: String, base: String) -> String {
  let slash = UInt8(ascii: "/")
  var kept: [Substring] = []
  let whole = path.utf8.first == slash ? path : base + "/" + path
  for component in whole.utf8.split(separator: slash).map({ Substring($0) }) where component != "." {
    if component == ".." {
      kept.removeLast(kept.isEmpty ? 0 : 1)
    } else {
      kept.append(component)
    }
  }
  return "/" + kept.joined(separator: "/")
}

/// Cgroup paths from names that run from the leaf up, those that are there.
func cgroupPaths(_ process: martlet_process, of record: borrowing Record) throws(RecordError) -> [String] {
  var paths: [String] = []
  if process.cgroup.length > 0 { paths.append(pathText(try record.slice(process.cgroup))) }
  // Each path of the others ends in an empty name.
  var rest = try record.slice(process.cgroup_v1)
  while !rest.isEmpty {
    var end = 0
    while case let length = firstComponentEnd(rest.extracting(end...)), length > 0 {
      end = min(end + length + 1, rest.byteCount)
    }
    if end > 0 { paths.append(pathText(rest.extracting(..<end))) }
    rest = rest.extracting(min(end + 1, rest.byteCount)...)
  }
  return paths
}

/// The strings of a NUL-terminated vector, at most `limit` bytes each; without a limit all of them, as they are.
///
/// A longer string is cut there and ends in `...`; `truncated` tells so. A last one without its NUL was cut by the probe.
func strings(_ bytes: RawSpan, limit: Int?, truncated: inout Bool) -> [String] {
  var found: [String] = []
  var start = 0
  while start < bytes.byteCount {
    let rest = bytes.extracting(start...)
    let length = firstComponentEnd(rest)
    let unterminated = length == rest.byteCount
    if let limit, length > limit || unterminated {
      truncated = true
      found.append(String(decoding: rest.extracting(..<min(length, limit))) + "...")
    } else if length > 0 || start == 0 || limit == nil {
      // Empty strings are dropped, as the reference does, but for the first: the second must not become argv[0].
      found.append(String(decoding: rest.extracting(..<length)))
    }
    start += length + 1
  }
  return found
}
