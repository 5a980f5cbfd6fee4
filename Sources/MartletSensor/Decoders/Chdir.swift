internal import CMartletABI
import MartletModel

extension Activity.Chdir {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_chdir_record.self)
    let argument = try record.text(fixed.user_path)
    self.init(
      file: try FileIdentity(decoding: fixed.file, of: record, header: fixed.header, userString: argument) ?? .unknown,
      argument: argument)
  }
}
