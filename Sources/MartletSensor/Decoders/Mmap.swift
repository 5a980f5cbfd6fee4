internal import CMartletABI
import MartletModel

extension Activity.Mmap {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_mmap_record.self)
    self.init(
      file: try FileIdentity(decoding: fixed.file, of: record), length: fixed.length, offset: fixed.offset,
      protection: fixed.protection, flags: fixed.map_flags)
  }
}
