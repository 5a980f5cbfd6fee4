internal import CMartletABI
import MartletModel

extension Activity.CgroupWrite {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_cgroup_write_record.self)
    let file = try FileIdentity(decoding: fixed.file, of: record) ?? FileIdentity()
    // A refused write moved nobody: all there is is the number that it asked for, 0 for the writer itself.
    let asked = UInt32(try record.text(fixed.text).prefix { ("0"..."9").contains($0) })
    self.init(file: file, pid: fixed.moved != 0 ? fixed.moved : asked == 0 ? fixed.header.pid : asked ?? 0)
  }
}
