internal import CMartletABI
import MartletModel

extension Activity.Setrlimit {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_setrlimit_record.self)
    self.init(resource: fixed.resource, current: fixed.current, maximum: fixed.maximum, target: fixed.target)
  }
}
