internal import CMartletABI
import MartletModel

extension Activity.Open {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_open_record.self)
    let file = try FileIdentity(decoding: fixed.file, of: record)
    let isUserString = UInt32(fixed.header.flags) & MARTLET_FLAG_USER_PATH.rawValue != 0
    self.init(
      file: isUserString
        ? FileIdentity(userString: try record.text(fixed.user_path), base: file) : file ?? FileIdentity(),
      flags: fixed.open_flags,
      mode: fixed.mode & 0o7777)
  }
}
