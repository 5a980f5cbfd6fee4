internal import CMartletABI
import MartletModel

extension Activity.Exit {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_exit_record.self)
    self.init(status: fixed.status, dumped: fixed.dumped != 0)
  }
}
