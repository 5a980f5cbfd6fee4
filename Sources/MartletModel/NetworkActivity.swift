// What the records of the network family say, decoded.

extension Activity {
  /// What an address of any family says.
  package struct SocketAddress {
    /// `AF_*`
    package var family: UInt16
    /// Of `AF_INET` and `AF_INET6`.
    package var endpoint: IPEndpoint?
    /// The name that an `AF_UNIX` socket has, `@` for the NUL that an abstract one begins with; `""` of other families.
    package var name: String

    package init(family: UInt16, endpoint: IPEndpoint? = nil, name: String = "") {
      self.family = family
      self.endpoint = endpoint
      self.name = name
    }
  }

  package struct Bind {
    package var address: SocketAddress
    /// The kernel kept no address: this is the caller's, read after the call.
    package var isUserMemory: Bool

    package init(address: SocketAddress, isUserMemory: Bool) {
      self.address = address
      self.isUserMemory = isUserMemory
    }
  }

  /// A `connect` or an `accept`: the two ends of a connection.
  package struct Connection {
    package var local: SocketAddress
    package var peer: SocketAddress
    /// Protocol number of IP; 0 for other families.
    package var transport: UInt8
    /// The kernel kept no peer: this is the caller's, read after the call.
    package var isUserMemory: Bool

    package init(local: SocketAddress, peer: SocketAddress, transport: UInt8, isUserMemory: Bool) {
      self.local = local
      self.peer = peer
      self.transport = transport
      self.isUserMemory = isUserMemory
    }
  }

  /// A packet of a `dns` or an `imds` event, and what was read in it.
  package struct Packet {
    package var network: NetworkContext
    package var content: PacketContent

    package init(network: NetworkContext, content: PacketContent) {
      self.network = network
      self.content = content
    }
  }
}

/// What a packet carries.
package enum PacketContent {
  /// As the probe copied it. The packets of a connection have to be put together before more can be said.
  case payload(Payload)
  case dns(DNSQuestion)
  case imds(IMDSMessage)
}

/// A packet's way.
package struct NetworkContext {
  package var source: IPEndpoint
  package var destination: IPEndpoint
  /// EtherType.
  package var networkProtocol: UInt16
  /// Protocol number of IP.
  package var transport: UInt8
  /// Bytes of the whole packet, its link header included.
  package var size: UInt32
  package var device: NetworkDevice

  package init(
    source: IPEndpoint, destination: IPEndpoint, networkProtocol: UInt16, transport: UInt8, size: UInt32,
    device: NetworkDevice
  ) {
    self.source = source
    self.destination = destination
    self.networkProtocol = networkProtocol
    self.transport = transport
    self.size = size
    self.device = device
  }
}

/// The device a packet passed.
package struct NetworkDevice {
  /// Inode number of its network namespace.
  package var namespace: UInt32
  package var index: UInt32
  /// Its name in that namespace, `"eth0"`.
  package var name: String

  package init(namespace: UInt32, index: UInt32, name: String) {
    self.namespace = namespace
    self.index = index
    self.name = name
  }
}

/// The payload of a packet, and its place in the connection.
package struct Payload {
  /// Its beginning, as much as a record takes.
  package var bytes: [UInt8]
  /// How many bytes it has.
  package var size: UInt32
  /// It is datagrams of this size, which the device is to part; 0: it is one.
  package var segmentSize: UInt16
  /// Sequence number of the first byte (TCP).
  package var sequence: UInt32
  /// Different for every connection of a run; 0 of a datagram.
  package var flow: UInt64
  /// It came in; else it went out.
  package var isIngress: Bool

  package init(
    bytes: [UInt8], size: UInt32, segmentSize: UInt16 = 0, sequence: UInt32 = 0, flow: UInt64 = 0,
    isIngress: Bool = false
  ) {
    self.bytes = bytes
    self.size = size
    self.segmentSize = segmentSize
    self.sequence = sequence
    self.flow = flow
    self.isIngress = isIngress
  }
}

/// A question of a DNS message.
package struct DNSQuestion: Hashable, Sendable {
  package var id: UInt16
  /// Labels joined by dots, without a last one; `""` is the root.
  package var name: String
  package var type: UInt16
  package var `class`: UInt16
  /// Bytes of the message.
  package var size: UInt32
  /// Questions that the message says it has.
  package var count: UInt16
  /// The message is damaged: `name` is what could be read of it, `type` and `class` are 0.
  package var isMalformed: Bool

  package init(
    id: UInt16, name: String = "", type: UInt16 = 0, class: UInt16 = 0, size: UInt32, count: UInt16,
    isMalformed: Bool = false
  ) {
    self.id = id
    self.name = name
    self.type = type
    self.class = `class`
    self.size = size
    self.count = count
    self.isMalformed = isMalformed
  }
}

/// A request to the metadata service of a cloud, or its response.
package struct IMDSMessage: Hashable, Sendable {
  package var isResponse: Bool
  /// `"aws"`, `"gcp"`, `"azure"`, `"ibm"`, `"oracle"`; `""` where nothing tells.
  package var provider = ""
  /// The target of a request, as sent.
  package var url = ""
  package var host = ""
  package var userAgent = ""
  package var server = ""
  /// It has a token of the second version of AWS's service, or is about one.
  package var isIMDSv2 = false
  package var credentials: AWSCredentials?

  package init(isResponse: Bool) { self.isResponse = isResponse }
}

/// Credentials that a process got from the metadata service of AWS, without their secrets. Texts are the service's.
package struct AWSCredentials: Hashable, Sendable {
  package var code = ""
  package var type = ""
  package var accessKeyID = ""
  package var lastUpdated = ""
  package var expiration = ""

  package init() {}
}
