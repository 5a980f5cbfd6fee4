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
    filesystem = try record.text(file.filesystem)
    // A name that leads to nothing, as that of a directory that may not be made, has no inode and so no mode.
    let isLate = has(file, MARTLET_FILE_LATE)
    if file.mode != 0 || isLate {
      if !isLate || file.mtime_s != 0 || file.mtime_ns != 0 {
        modified = Instant(seconds: file.mtime_s, nanoseconds: file.mtime_ns)
      }
      if !isLate { changed = Instant(seconds: file.ctime_s, nanoseconds: file.ctime_ns) }
      if file.layer != MARTLET_LAYER_NONE.rawValue { inUpperLayer = file.layer == MARTLET_LAYER_UPPER.rawValue }
    }
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

  /// A file that the caller's string led to: itself, if the kernel had it in its cache before the call, or the nearest
  /// directory that it had. `nil` when the probe had none of these and no string.
  init?(
    decoding file: martlet_file, of record: borrowing Record, header: martlet_record_header, userString: String
  ) throws(RecordError) {
    // Recordings of before there were claims say in their header that the string is all there is.
    if UInt32(header.flags) & MARTLET_FLAG_USER_PATH.rawValue != 0 {
      self.init(userString: userString, base: try FileIdentity(decoding: file, of: record))
      return
    }
    guard var found = try FileIdentity(decoding: file, of: record) else {
      if userString.isEmpty { return nil }
      self.init(userString: userString, base: nil)
      return
    }
    if has(file, MARTLET_FILE_START) {
      self.init(userString: userString, base: found)
    } else if has(file, MARTLET_FILE_PARENT) {
      self.init(userString: FileIdentity.name(path: userString), base: found)
    } else {
      if has(file, MARTLET_FILE_CLAIMED), found.pathError == nil { found.pathError = .userString }
      self = found
    }
  }

  /// A file of which nothing is known.
  static var unknown: FileIdentity {
    var file = FileIdentity()
    file.pathError = .unknown
    return file
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

extension IPEndpoint {
  init(_ address: martlet_address) {
    self.init(IPAddress(high: address.high, low: address.low), port: address.port)
  }
}

extension martlet_address {
  /// It is what the caller gave, read after the call.
  var isUserMemory: Bool { UInt32(flags) & MARTLET_ADDRESS_USER.rawValue != 0 }
}

extension Activity.SocketAddress {
  init(decoding address: martlet_address, of record: borrowing Record) throws(RecordError) {
    self.init(family: address.family)
    switch address.family {
    case AddressFamilies.inet, AddressFamilies.inet6: endpoint = IPEndpoint(address)
    case AddressFamilies.unix: name = socketName(try record.slice(address.name))
    default: break
    }
  }
}

/// The name in a `sockaddr_un`: up to the first NUL, or with `@` for the NUL that an abstract name begins with.
private func socketName(_ bytes: RawSpan) -> String {
  let end = firstComponentEnd(bytes)
  guard end == 0, !bytes.isEmpty else { return String(decoding: bytes.extracting(..<end)) }
  return "@" + String(decoding: bytes.extracting(1...))
}

private func has(_ file: martlet_file, _ flag: martlet_file_flag) -> Bool {
  UInt32(file.flags) & flag.rawValue != 0
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
