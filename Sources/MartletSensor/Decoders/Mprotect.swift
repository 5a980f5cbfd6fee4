internal import CMartletABI
import MartletModel

extension Activity.Mprotect {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_mprotect_record.self)
    self.init(
      areaStart: fixed.vm_start, areaEnd: fixed.vm_end, areaFlags: fixed.vm_flags, protection: fixed.protection)
  }
}
