internal import CMartletABI
import MartletModel

extension Activity.Bind {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_bind_record.self)
    self.init(
      address: try Activity.SocketAddress(decoding: fixed.address, of: record),
      isUserMemory: fixed.address.isUserMemory)
  }
}
