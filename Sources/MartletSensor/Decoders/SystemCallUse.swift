internal import CMartletABI
import MartletModel

extension Activity.SystemCallUse {
  init(decoding record: borrowing Record) throws(RecordError) {
    var words = try record.fixed(martlet_syscalls_record.self).numbers
    self.init(
      numbers: unsafe withUnsafeBytes(of: &words) { bytes in
        (0..<UInt16(bytes.count * 8)).filter { unsafe bytes[Int($0 / 8)] & 1 << ($0 % 8) != 0 }
      })
  }
}
