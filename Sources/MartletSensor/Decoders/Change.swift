internal import CMartletABI
import MartletModel

extension Activity.Change {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_change_record.self)
    let argument = try record.text(fixed.user_path)
    let file =
      try FileIdentity(decoding: fixed.file, of: record, header: fixed.header, userString: argument) ?? .unknown
    var destination = try FileIdentity(
      decoding: fixed.destination, of: record, header: fixed.header,
      userString: try record.text(fixed.user_destination))
    if fixed.header.type == MARTLET_RECORD_LINK.rawValue, fixed.header.result == 0, let new = destination,
      new.inode == 0
    {
      // Overlays do not keep the new name in the cache; the file behind it is the same one all the same.
      var linked = file
      (linked.path, linked.name, linked.pathError) = (new.path, new.name, new.pathError)
      linked.inUpperLayer = file.inUpperLayer.map { _ in true }
      destination = linked
    }
    self.init(
      file: file,
      destination: destination,
      argument: argument,
      mode: fixed.mode,
      uid: fixed.uid == .max ? nil : fixed.uid,
      gid: fixed.gid == .max ? nil : fixed.gid,
      accessed: has(fixed, MARTLET_CHANGE_ATIME) ? Instant(seconds: fixed.atime_s, nanoseconds: fixed.atime_ns) : nil,
      modified: has(fixed, MARTLET_CHANGE_MTIME) ? Instant(seconds: fixed.mtime_s, nanoseconds: fixed.mtime_ns) : nil,
      attribute: try record.text(fixed.attribute),
      flags: fixed.flags)
  }
}

private func has(_ fixed: martlet_change_record, _ time: martlet_change_times) -> Bool {
  fixed.times & time.rawValue != 0
}
