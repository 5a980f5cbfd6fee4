internal import CMartletABI
import MartletModel

extension Activity.Chdir {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_chdir_record.self)
    let file = try FileIdentity(decoding: fixed.file, of: record)
    let argument = try record.text(fixed.user_path)
    let isUserString = UInt32(fixed.header.flags) & MARTLET_FLAG_USER_PATH.rawValue != 0
    self.init(
      file: isUserString ? FileIdentity(userString: argument, base: file) : file ?? FileIdentity(),
      argument: argument)
  }
}
