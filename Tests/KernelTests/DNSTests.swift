import Foundation
import Support
import Testing

@Suite(.kernel)
struct DNSTests {
  /// A question for `name`, in hexadecimal digits.
  static func query(_ name: String, type: UInt8 = 1, id: UInt16 = 0x1234) -> String {
    let labels = name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    return hex([UInt8(id >> 8), UInt8(id & 0xff), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0] + labels + [0, 0, type, 0, 1])
  }

  static func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private func dns(_ name: String, type: String = "A", size: Int, id: Int = 0x1234) -> Pattern {
    [
      "id": Pattern(id),
      "question": [
        "name": Pattern(name), "type": Pattern(type), "class": "CLASS_INET", "size": Pattern(size), "count": 1,
      ],
    ]
  }

  private func network(_ l3: String, _ l4: String, _ ip: String, size: Int, _ trace: Trace) throws -> Pattern {
    [
      "l3_protocol": Pattern(l3), "l4_protocol": Pattern(l4), "source": ["ip": Pattern(ip), "port": .anything],
      "destination": ["ip": Pattern(ip), "port": 53], "size": Pattern(size),
      "device": ["netns": Pattern(try trace.value("netns")), "ifindex": 1, "ifname": "lo"],
    ]
  }

  @Test(arguments: [("127.0.0.1", "ETH_P_IP", 20), ("::1", "ETH_P_IPV6", 40)])
  func `a datagram is told with its network and its device`(ip: String, l3: String, header: Int) throws {
    let words = ["dns-udp", ip, Self.query("WWW.Example.com", type: 28)]
    let trace = try Trace(words)
    expect(
      try trace.only("dns"),
      .event(
        "dns", "Network Activity", process: try .actor(trace, words),
        [
          "dns": dns("WWW.Example.com", type: "AAAA", size: 33),
          "network": try network(l3, "IP_PROTO_UDP", ip, size: 14 + header + 8 + 33, trace),
        ]))
  }

  @Test func `a socket without a connection asks as well, and other ports are not told`() throws {
    let trace = try Trace(["udp", "127.0.0.1", "53", Self.query("a.org")])
    expect(try trace.only("dns")["dns"], dns("a.org", size: 23))
    #expect(try Trace(["udp", "127.0.0.1", "54", Self.query("a.org")]).events("dns").isEmpty)
  }

  @Test func `a call that sends several datagrams asks as many questions`() throws {
    let names = ["a.org", "b.org", "c.org"]
    let trace = try Trace(["dns-many", "127.0.0.1"] + names.map { Self.query($0) })
    #expect(trace.events("dns").map { $0["dns"]["question"]["name"].string } == names)
  }

  @Test(arguments: ["dns-raw", "dns-frame"])
  func `raw and packet sockets do not hide a question`(actor: String) throws {
    let trace = try Trace([actor, Self.query("a.org")])
    let event = try trace.only("dns")
    expect(event["dns"], dns("a.org", size: 23))
    expect(event["process"]["pid"], Pattern(try trace.pid))
    expect(event["network"]["source"], ["ip": "127.0.0.1", "port": 4000])
  }

  @Test func `datagrams that the device parts are told one by one`() throws {
    let both = Self.query("a.org", id: 1) + Self.query("b.org", id: 2)
    let events = try Trace(["dns-segmented", "23", both]).events("dns")
    expect(.array(events.map(\.["dns"])), [dns("a.org", size: 23, id: 1), dns("b.org", size: 23, id: 2)])
  }

  @Test func `the process that asks is the one that sends, not the one that made the socket`() throws {
    let trace = try Trace(["dns-inherited", "127.0.0.1", Self.query("a.org")])
    expect(try trace.only("dns")["process"]["pid"], Pattern(try trace.value("child")))
  }

  @Test(
    .enabled(
      if: Kernel.isRequired || FileManager.default.fileExists(atPath: "/dev/net/tun"), "there is no TUN device"))
  func `a packet that waited for its neighbour is its sender's, whoever runs when it leaves`() throws {
    let event = try Trace(["dns-waiting", Self.query("a.org")]).only("dns")
    expect(event["process"]["args"], .array(["dns-waiting", .anything]))
    #expect(event["process"]["is_thread"].isAbsent)
    expect(event["network"]["device"]["ifname"], "tap0")
  }

  @Test(arguments: [("127.0.0.1", "ETH_P_IP"), ("::1", "ETH_P_IPV6")])
  func `segments of a connection are put together`(ip: String, l3: String) throws {
    let first = "0017" + Self.query("a.org", id: 1)
    let second = "0017" + Self.query("b.org", id: 2)
    let cuts = [
      first.prefix(2), first.dropFirst(2).prefix(30), first.dropFirst(32) + second.prefix(2), second.dropFirst(2),
    ]
    let trace = try Trace(["dns-tcp", ip] + cuts.map(String.init))
    let events = trace.events("dns")
    expect(.array(events.map(\.["dns"])), [dns("a.org", size: 23, id: 1), dns("b.org", size: 23, id: 2)])
    for event in events {
      expect(event["process"]["pid"], Pattern(try trace.pid))
      expect(event["network"]["l3_protocol"], Pattern(l3))
      expect(event["network"]["l4_protocol"], "IP_PROTO_TCP")
      expect(event["network"]["destination"], ["ip": Pattern(ip), "port": 53])
    }
  }

  @Test(arguments: ["", "00", "123401000001000000000000c00c00010001", Self.query("a.org").dropLast(6) + ""])
  func `what is damaged is told as such`(message: String) throws {
    let trace = try Trace(["dns-udp", "127.0.0.1", message])
    let event = try trace.only("dns")
    expect(event["dns"]["question"]["type"], "None")
    expect(event["dns"]["question"]["class"], "qclass(0)")
    expect(event["dns"]["question"]["size"], Pattern(message.utf8.count / 2))
  }
}
