import MartletModel

extension Activity.SocketAddress {
  static func v4(_ address: UInt32, port: UInt16) -> Self {
    Self(family: 2, endpoint: IPEndpoint(IPAddress(v4: address), port: port))
  }
}

extension Scene {
  func bind(_ address: Activity.SocketAddress, transport: UInt8 = NetworkProtocols.tcp) -> Event {
    event(.bind, .bind(.init(address: address, transport: transport, isUserMemory: false)))
  }

  func connection(
    _ type: EventType, from local: Activity.SocketAddress = .v4(0x7f00_0001, port: 40_000),
    to peer: Activity.SocketAddress = .v4(0x7f00_0001, port: 80)
  ) -> Event {
    event(
      type, .connection(.init(local: local, peer: peer, transport: NetworkProtocols.tcp, isUserMemory: false)))
  }

  func dns(_ name: String = "example.com", type: UInt16 = 1) -> Event {
    let question = DNSQuestion(id: 4242, name: name, type: type, class: 1, size: 64, count: 2)
    return packet(.dns, .dns(question), transport: NetworkProtocols.udp, to: 0x0808_0808, port: 53)
  }

  func imds() -> Event {
    var message = IMDSMessage(isResponse: true)
    message.provider = "aws"
    message.url = "/latest/meta-data/iam/security-credentials/role"
    message.host = "169.254.169.254"
    message.userAgent = "curl/8.5"
    message.server = "EC2ws"
    message.isIMDSv2 = true
    message.credentials = AWSCredentials()
    message.credentials?.type = "AWS-HMAC"
    return packet(.imds, .imds(message), transport: NetworkProtocols.tcp, from: 80, to: 0x0a00_0002, isIngress: true)
  }

  private func packet(
    _ type: EventType, _ content: PacketContent, transport: UInt8, from source: UInt16 = 40_000,
    to destination: UInt32, port: UInt16 = 40_000, isIngress: Bool = false
  ) -> Event {
    let network = NetworkContext(
      source: IPEndpoint(IPAddress(v4: 0x0a00_0002), port: source),
      destination: IPEndpoint(IPAddress(v4: destination), port: port), networkProtocol: 0x0800, transport: transport,
      size: 106, isIngress: isIngress,
      device: NetworkDevice(namespace: 4_026_531_833, index: 2, name: "eth0"))
    return event(type, .packet(.init(network: network, content: content)))
  }
}
