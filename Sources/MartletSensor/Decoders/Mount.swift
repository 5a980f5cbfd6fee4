internal import CMartletABI
import MartletModel

extension Activity.Mount {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_mount_record.self)
    self.init(
      id: fixed.mount_id, parentID: fixed.parent_id, device: fixed.device,
      mountPoint: try FileIdentity(decoding: fixed.mountpoint, of: record) ?? FileIdentity(),
      root: try FileIdentity(decoding: fixed.root, of: record) ?? FileIdentity(),
      source: fixed.flags & MARTLET_MOUNT_BIND.rawValue == 0 ? nil : try Source(fixed, of: record),
      argument: try record.text(fixed.user_source),
      isMoved: fixed.flags & MARTLET_MOUNT_MOVED.rawValue != 0,
      attached: try ids(fixed.attached, of: record))
  }
}

extension Activity.Mount.Source {
  /// The mount that a bind mount was made from.
  ///
  /// The kernel does not keep it. It is one of those that show the new mount's root; where there are several, the one
  /// through which the caller's word leads there.
  fileprivate init(_ fixed: martlet_mount_record, of record: borrowing Record) throws(RecordError) {
    let word = try record.text(fixed.user_source)
    let wanted = word.isEmpty ? nil : normalized(word, base: pathText(try record.slice(fixed.base)))
    var candidates: [Self] = []
    let sources = fixed.sources
    for source in [sources.0, sources.1, sources.2, sources.3].prefix(Int(fixed.source_count)) {
      let isCut = source.flags & MARTLET_FILE_TRUNCATED.rawValue != 0
      candidates.append(
        Self(
          mountID: source.mount_id, path: pathText(try record.slice(source.path)), pathError: isCut ? .truncated : nil))
    }
    if let found = candidates.first(where: { $0.path == wanted }) ?? candidates.first {
      self = found
    } else {
      self.init(mountID: 0, path: wanted ?? "", pathError: wanted == nil ? .unknown : .userString)
    }
  }
}

extension Activity.Mounts {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_mounts_record.self)
    self.init(id: fixed.mount_id, all: try ids(fixed.mounts, of: record))
  }
}

/// A run of mount ids; what is left of one is ignored.
private func ids(_ slice: martlet_slice, of record: borrowing Record) throws(RecordError) -> [UInt32] {
  let bytes = try record.slice(slice)
  let size = MemoryLayout<UInt32>.size
  return (0..<bytes.byteCount / size).map {
    unsafe bytes.unsafeLoadUnaligned(fromByteOffset: $0 * size, as: UInt32.self)
  }
}
