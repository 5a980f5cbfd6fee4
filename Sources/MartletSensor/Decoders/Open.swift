internal import CMartletABI
import MartletModel

extension Activity.Open {
  convenience init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_open_record.self)
    let argument = try record.text(fixed.user_path)
    self.init(
      file: try FileIdentity(decoding: fixed.file, of: record, header: fixed.header, userString: argument) ?? .unknown,
      flags: fixed.open_flags,
      mode: fixed.mode & 0o7777)
  }
}
