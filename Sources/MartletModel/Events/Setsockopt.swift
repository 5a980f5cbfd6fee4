extension Activity {
  /// An option of a socket was set.
  package struct Setsockopt {
    /// `SOL_*`, `IPPROTO_*`
    package var level: Int32
    package var option: Int32
    /// Of the socket: `AF_*`, `SOCK_*`, and a protocol of the family.
    package var family: UInt16
    package var socketType: UInt16
    package var transport: UInt16
    /// The filter of packets that was attached.
    package var filter: SocketFilter?

    package init(
      level: Int32, option: Int32, family: UInt16, socketType: UInt16, transport: UInt16, filter: SocketFilter? = nil
    ) {
      self.level = level
      self.option = option
      self.family = family
      self.socketType = socketType
      self.transport = transport
      self.filter = filter
    }
  }
}
