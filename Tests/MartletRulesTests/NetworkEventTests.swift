import MartletModel
import MartletRules
import SECL
import Testing

/// What rules see of events of the network family.
struct NetworkEventTests {
  @Test(arguments: [
    "bind.addr.ip == 192.0.2.1 && bind.addr.port == 4444 && bind.addr.family == AF_INET && !bind.addr.is_public",
    "bind.addr.ip in [ 192.0.2.0/24 ] && bind.addr.ip not in [ 10.0.0.0/8 ]",
    "bind.protocol == IP_PROTO_TCP && bind.retval == EACCES",
  ])
  func `a rule knows a bind`(expression: String) throws {
    var scene = Scene()
    scene.result = -13
    #expect(try scene.bind(.v4(0xc000_0201, port: 4444)).satisfies(expression))
  }

  @Test func `a socket that is none of the internet has a family and no address`() throws {
    let event = Scene().bind(.init(family: 1, name: "/run/x"), transport: 0)
    #expect(try event.satisfies("bind.addr.family == AF_UNIX && bind.addr.port == 0 && !bind.addr.is_public"))
    #expect(try !event.satisfies("bind.addr.ip in [ 0.0.0.0/0 ]"))
  }

  @Test(arguments: [EventType.connect, .accept])
  func `a rule knows the other end of a connection`(type: EventType) throws {
    var scene = Scene()
    scene.result = 5
    let event = scene.connection(type, from: .v4(0x0a00_0001, port: 40_000), to: .v4(0x0808_0808, port: 443))
    let name = type.name
    #expect(try event.satisfies("\(name).addr.ip == 8.8.8.8 && \(name).addr.port == 443 && \(name).addr.is_public"))
    #expect(try event.satisfies("\(name).addr.family == AF_INET && \(name).retval == 5"))
    #expect(try event.satisfies("\(name).addr.hostname not in [ \"dns.example\" ]"))
    #expect(try !event.satisfies("\(name).addr.ip in [ 10.0.0.0/8 ]"))
    if type == .connect { #expect(try event.satisfies("connect.protocol == IP_PROTO_TCP")) }
  }

  @Test(arguments: [
    "dns.question.name == \"WWW.example.co.uk\" && dns.question.name.length == 17",
    "dns.question.name.root_domain == \"example.co.uk\"",
    "dns.question.type == TXT && dns.question.class == CLASS_INET && dns.question.count == 2",
    "dns.question.length == 64 && dns.id == 4242",
    "dns.id > 0 && dns.response.code == NOERROR",
    "dns.id > 0 && network.destination.ip == 8.8.8.8 && network.destination.port == 53",
    "dns.id > 0 && network.destination.is_public && !network.source.is_public && network.source.ip == 10.0.0.2",
    "dns.id > 0 && network.l3_protocol == ETH_P_IP && network.l4_protocol == IP_PROTO_UDP",
    "dns.id > 0 && network.network_direction == EGRESS && network.size == 106 && network.type == 0",
    "dns.id > 0 && network.device.ifname == \"eth0\" && network.device.netns == 4026531833",
  ])
  func `a rule knows a question of DNS and its packet`(expression: String) throws {
    #expect(try Scene().dns("www.example.co.uk", type: 16).satisfies(expression))
  }

  @Test(arguments: [
    "imds.type == \"response\" && imds.cloud_provider == \"aws\" && imds.aws.is_imds_v2 && imds.server == \"EC2ws\"",
    "imds.aws.security_credentials.type == \"AWS-HMAC\" && imds.url =~ \"*/security-credentials/*\"",
    "imds.host == \"169.254.169.254\" && imds.user_agent == \"curl/8.5\"",
    "imds.type != \"\" && network.network_direction == INGRESS && network.source.port == 80",
  ])
  func `a rule knows what the metadata service said`(expression: String) throws {
    #expect(try Scene().imds().satisfies(expression))
  }

  @Test(arguments: [
    ("8.8.8.8", true), ("172.15.255.255", true), ("172.16.0.0", false), ("100.63.0.1", true), ("100.64.0.1", false),
    ("127.0.0.53", false), ("169.254.169.254", false), ("192.168.1.1", false), ("0.0.0.0", false), ("239.1.1.1", false),
    ("255.255.255.255", false), ("2606:4700::1111", true), ("fd00:ec2::254", false), ("fe80::1", false), ("::1", false),
    ("::", false), ("2001:db8::1", false),
  ])
  func `an address is public or not`(text: String, answer: Bool) throws {
    let address = try #require(IPAddress(text))
    let event = Scene().bind(.init(family: 2, endpoint: IPEndpoint(address, port: 1)))
    #expect(try event.satisfies("bind.addr.is_public") == answer)
    #expect(try event.satisfies("bind.addr.ip == \(text)/\(address.isIPv4 ? 32 : 128)"))
  }
}

extension Event {
  /// Whether a rule holds for it.
  func satisfies(_ expression: String) throws -> Bool {
    try Scope(catalogue: Catalogue.shared).compile(rule: expression)
      .holds(in: ReaderContext(LiveEvent(self, hostname: "web-1")))
  }
}

extension IPAddress {
  /// An address as people write it.
  fileprivate init?(_ text: String) {
    let octets = text.split(separator: ".").compactMap { UInt32($0) }
    if octets.count == 4 {
      self.init(v4: octets.reduce(0) { $0 << 8 | $1 })
    } else {
      let halves = text.split(separator: "::", omittingEmptySubsequences: false)
      guard halves.count == 2 else { return nil }
      let (front, back) = (Self.groups(halves[0]), Self.groups(halves[1]))
      let groups = front + Array(repeating: 0, count: 8 - front.count - back.count) + back
      self.init(high: groups[..<4].reduce(0) { $0 << 16 | $1 }, low: groups[4...].reduce(0) { $0 << 16 | $1 })
    }
  }

  private static func groups(_ text: Substring) -> [UInt64] {
    text.split(separator: ":").compactMap { UInt64($0, radix: 16) }
  }
}
