internal import CMartletABI
import MartletModel

extension Activity.Connection {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_connection_record.self)
    self.init(
      local: try Activity.SocketAddress(decoding: fixed.local, of: record),
      peer: try Activity.SocketAddress(decoding: fixed.peer, of: record),
      transport: UInt8(truncatingIfNeeded: fixed.protocol),
      isUserMemory: fixed.peer.isUserMemory)
  }
}
