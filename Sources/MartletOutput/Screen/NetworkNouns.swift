import MartletModel

/// How both formats write what goes through the network.
extension ScreenLine {
  mutating func add(_ bind: Activity.Bind) { add(address: bind.address, bind.isUserMemory) }

  /// `127.0.0.1:80`, `AF_UNIX /run/x`, `AF_NETLINK`, and whether it is only what the caller said.
  mutating func add(address: Activity.SocketAddress, _ isUserMemory: Bool = false) {
    if let endpoint = address.endpoint {
      add(endpoint.description)
    } else {
      let name = AddressFamilies.name(address.family)
      add(name.isEmpty ? "family \(address.family)" : name)
      if !address.name.isEmpty {
        add(" ")
        add(word: address.name)
      }
    }
    if isUserMemory { add(" (the caller's)", .yellow) }
  }

  mutating func add(_ packet: Activity.Packet) {
    switch packet.content {
    case .payload: break
    case .dns(let question):
      add(question)
      add(" at \(packet.network.destination)", .dim)
    case .imds(let message): add(message)
    }
  }

  mutating func add(_ question: DNSQuestion) {
    if question.isMalformed {
      add("malformed", .yellow)
      if question.name.isEmpty { return }
      add(" ")
    }
    add(word: question.name.isEmpty ? "." : question.name)
    if !question.isMalformed { add(" \(DNSNumbers.type(question.type))") }
  }

  mutating func add(_ message: IMDSMessage) {
    add(message.provider.isEmpty ? "metadata service" : message.provider)
    if message.isResponse {
      add(" response", .dim)
    } else {
      add(" ")
      add(word: message.url)
    }
    if message.isIMDSv2 { add(" IMDSv2", .dim) }
    if let credentials = message.credentials {
      add(" credentials ", .magenta)
      add(word: credentials.accessKeyID)
    }
  }
}
