internal import CMartletABI
import MartletModel

extension Activity.Splice {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_splice_record.self)
    self.init(
      file: try FileIdentity(decoding: fixed.file, of: record), entryFlag: fixed.entry_flag, exitFlag: fixed.exit_flag)
  }
}
