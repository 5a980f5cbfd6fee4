internal import CMartletABI
import MartletModel

extension Activity.Prctl {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_prctl_record.self)
    self.init(option: fixed.option, name: try record.text(fixed.name), isNameCut: fixed.is_name_cut != 0)
  }
}
