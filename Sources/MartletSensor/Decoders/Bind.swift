internal import CMartletABI
import MartletModel

extension Activity.Bind {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_bind_record.self)
    self.init(
      address: try Activity.SocketAddress(decoding: fixed.address, of: record),
      transport: UInt8(truncatingIfNeeded: fixed.address.protocol),
      isUserMemory: fixed.address.isUserMemory)
  }
}
