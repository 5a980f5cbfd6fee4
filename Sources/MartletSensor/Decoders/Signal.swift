internal import CMartletABI
import MartletModel

extension Activity.Signal {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_signal_record.self)
    self.init(number: fixed.signal, target: fixed.target)
  }
}
