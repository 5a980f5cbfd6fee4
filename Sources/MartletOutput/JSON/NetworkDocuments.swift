import MartletModel
import MartletSchema

// The nouns of the network family as the types of the schema.

extension IPPortFamily {
  /// What stands for the address of a family that has none.
  private static let noAddress = "<nil>"

  init(_ address: Activity.SocketAddress) {
    self.init(
      family: AddressFamilies.name(address.family),
      ip: address.endpoint?.address.description ?? Self.noAddress,
      port: JSONInteger(address.endpoint?.port ?? 0))
  }
}

extension IPPort {
  init(_ endpoint: IPEndpoint) {
    self.init(ip: endpoint.address.description, port: JSONInteger(endpoint.port))
  }
}

extension MartletSchema.NetworkDevice {
  init(_ device: MartletModel.NetworkDevice) {
    self.init(netns: JSONInteger(device.namespace), ifindex: JSONInteger(device.index), ifname: device.name)
  }
}

extension MartletSchema.NetworkContext {
  /// Of a packet, or of a connection, which has no device and no size; `nil` for what has neither.
  init?(_ event: Event) {
    let isAccept = event.type == .accept
    switch event.activity.detail {
    case .packet(let packet):
      self.init(packet.network)
    case .connection(let connection):
      guard let local = connection.local.endpoint, let peer = connection.peer.endpoint else { return nil }
      self.init(
        l3Protocol: local.address.isIPv4 && peer.address.isIPv4 ? "ETH_P_IP" : "ETH_P_IPV6",
        l4Protocol: NetworkProtocols.transport.name(of: UInt64(connection.transport)) ?? "",
        source: IPPort(isAccept ? peer : local), destination: IPPort(isAccept ? local : peer), size: 0)
    case .fork, .exec, .exit, .open, .credentials, .signal, .chdir, .bind, .change, .splice, .mount, .umount,
      .unshare, .mmap, .mprotect, .ptrace, .bpf, .loadModule, .unloadModule, .selinux, .session, .prctl, .setsockopt,
      .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      return nil
    }
  }

  private init(_ network: MartletModel.NetworkContext) {
    self.init(
      device: NetworkDevice(network.device),
      l3Protocol: NetworkProtocols.network.name(of: UInt64(network.networkProtocol)) ?? "",
      l4Protocol: NetworkProtocols.transport.name(of: UInt64(network.transport)) ?? "",
      source: IPPort(network.source), destination: IPPort(network.destination),
      size: JSONInteger(network.size))
  }
}

extension DNSEvent {
  init(_ question: MartletModel.DNSQuestion) {
    self.init(
      id: JSONInteger(question.id),
      question: MartletSchema.DNSQuestion(
        class: DNSNumbers.class(question.class), type: DNSNumbers.type(question.type), name: question.name,
        size: JSONInteger(question.size), count: JSONInteger(question.count)))
  }
}

extension IMDSEvent {
  init(_ message: IMDSMessage) {
    self.init(type: message.isResponse ? "response" : "request", cloudProvider: message.provider)
    url = message.url.orNil
    host = message.host.orNil
    userAgent = message.userAgent.orNil
    server = message.server.orNil
    guard message.provider == "aws" else { return }
    aws = AWSIMDSEvent(
      isIMDSv2: message.isIMDSv2, securityCredentials: message.credentials.map(AWSSecurityCredentials.init))
  }
}

extension AWSSecurityCredentials {
  init(_ credentials: AWSCredentials) {
    self.init(
      code: credentials.code, type: credentials.type, accessKeyID: credentials.accessKeyID,
      lastUpdated: credentials.lastUpdated, expiration: credentials.expiration)
  }
}
