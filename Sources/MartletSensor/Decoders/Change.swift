internal import CMartletABI
import MartletModel

extension Activity.Change {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_change_record.self)
    let argument = try record.text(fixed.user_path)
    let destination = try FileIdentity(
      decoding: fixed.destination, of: record, header: fixed.header,
      userString: try record.text(fixed.user_destination))
    self.init(
      file: try FileIdentity(decoding: fixed.file, of: record, header: fixed.header, userString: argument) ?? .unknown,
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
