import Glibc
import Support
import Testing

@Suite(.kernel)
struct ConnectionTests {
  private static let options = ["--events", "connect,accept"]

  private func network(_ l3: String, _ ip: String, from source: Int64, to destination: Int64) -> Pattern {
    [
      "l3_protocol": Pattern(l3), "l4_protocol": "IP_PROTO_TCP",
      "source": ["ip": Pattern(ip), "port": Pattern(source)],
      "destination": ["ip": Pattern(ip), "port": Pattern(destination)], "size": 0,
    ]
  }

  @Test(arguments: [("127.0.0.1", "ETH_P_IP"), ("::1", "ETH_P_IPV6")])
  func `both ends of a connection tell both ends`(ip: String, l3: String) throws {
    let words = ["connect", ip, "7002"]
    let trace = try Trace(words, options: Self.options)
    let network = network(l3, ip, from: try trace.value("from"), to: 7002)
    for type in ["connect", "accept"] {
      var event = Pattern.event(type, "Network Activity", process: try .actor(trace, words), ["network": network])
      event = event.with(["bind": .absent])
      expect(try trace.only(type), event)
    }
  }

  @Test func `nobody sees them who has not asked`() throws {
    let trace = try Trace(["connect", "127.0.0.1", "7002"])
    #expect(trace.events("connect").isEmpty && trace.events("accept").isEmpty)
    #expect(trace.events("bind").count == 1)
  }

  @Test func `a connection that is made in the background or through a ring is one, too`() throws {
    let trace = try Trace(["connect-ring", "127.0.0.1", "7003"], options: Self.options)
    try #require(try trace.value("error") == Int64(EINPROGRESS) && trace.value("result") == 0)
    let connects = trace.events("connect")
    try #require(connects.count == 2)
    #expect(connects[0]["evt"]["async"].isAbsent)
    expect(connects[1]["evt"]["async"], true)
    for event in connects {
      expect(event["evt"]["outcome"], "Success")
      expect(event["network"]["destination"], ["ip": "127.0.0.1", "port": 7003])
    }
    let accept = try trace.only("accept")
    expect(accept["evt"]["async"], true)
    expect(accept["network"]["destination"]["port"], 7003)
  }

  @Test(.since(6, 11, "io_uring has a bind"), arguments: 0...3)
  func `requests that ask for no completion are told, and in time`(how: Int) throws {
    let trace = try Trace(
      ["quiet-ring", "127.0.0.1", "7004", "\(how)"], options: ["--events", "bind,connect,accept,chdir"])
    let told = trace.events.filter { !$0["evt"]["async"].isAbsent || $0["evt"]["name"].string == "chdir" }
    // What is accepted and closed in one chain is told when the process ends.
    let order = how < 2 ? ["bind", "connect", "accept", "chdir"] : ["bind", "connect", "chdir", "accept"]
    try #require(told.map { $0["evt"]["name"].string } == order)
    let requests = ["bind", "connect", "accept"].compactMap { name in told.first { $0["evt"]["name"].string == name } }
    for event in requests {
      expect(event["evt"]["outcome"], "Success")
      expect(event["process"]["pid"], Pattern(try trace.pid))
    }
    expect(requests[0]["bind"]["addr"], ["family": "AF_INET", "ip": "127.0.0.1", "port": 7004])
    expect(requests[1]["network"]["destination"], ["ip": "127.0.0.1", "port": 7005])
    expect(requests[2]["network"]["destination"]["port"], 7005)
  }

  @Test func `a socket that was not allowed is refused`() throws {
    let place = try Workplace()
    let trace = try Trace(["connect-refused", place["socket"]], options: Self.options)
    #expect(try trace.value("error") == Int64(EACCES))
    let event = try trace.only("connect")
    expect(event["evt"]["outcome"], "Refused")
    #expect(event["network"].isAbsent)
  }
}
