import Glibc
import Support
import Testing

@Suite(.kernel)
struct BindTests {
  private static func address(_ family: String, _ ip: String, _ port: Int) -> Pattern {
    ["addr": ["family": Pattern(family), "ip": Pattern(ip), "port": Pattern(port)]]
  }

  @Test(arguments: [
    (["bind", "tcp", "0.0.0.0", "8080"], address("AF_INET", "0.0.0.0", 8080)),
    (["bind", "udp", "127.0.0.1", "53"], address("AF_INET", "127.0.0.1", 53)),
    (["bind", "tcp", "::", "8080"], address("AF_INET6", "::", 8080)),
    (["bind", "udp", "::1", "65535"], address("AF_INET6", "::1", 65535)),
    (["bind", "tcp", "::ffff:127.0.0.1", "81"], address("AF_INET6", "127.0.0.1", 81)),
    (["bind", "tcp", "127.0.0.1", "0"], address("AF_INET", "127.0.0.1", 0)),
    (["bind", "udp", "::", "0"], address("AF_INET6", "::", 0)),
    (["bind", "tcp", "@martlet-test-name", "0"], address("AF_UNIX", "<nil>", 0)),
    (["bind-netlink"], address("AF_NETLINK", "<nil>", 0)),
  ])
  func `a bind tells the address that was asked for`(words: [String], bind: Pattern) throws {
    let trace = try Trace(words)
    expect(
      try trace.only("bind"),
      .event("bind", "Kernel Activity", process: try .actor(trace, words), ["bind": bind]))
  }

  @Test func `a socket in a directory is one of AF_UNIX`() throws {
    let place = try Workplace()
    let trace = try Trace(["bind", "tcp", place["socket"], "0"])
    expect(try trace.only("bind")["bind"], Self.address("AF_UNIX", "<nil>", 0))
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func `a port that was not allowed is refused`(ip: String) throws {
    let trace = try Trace(["bind-as-nobody", ip, "80"])
    #expect(try trace.value("error") == Int64(EACCES))
    let event = try trace.only("bind")
    expect(event["evt"], ["name": "bind", "category": "Kernel Activity", "outcome": "Refused"])
    expect(event["bind"], Self.address(ip == "::1" ? "AF_INET6" : "AF_INET", ip, 80))
    expect(event["usr"], ["id": "nobody", "group": "root"])
  }

  @Test func `addresses of nobody and descriptors of no socket are not told`() throws {
    #expect(try Trace(["bind-unreported"]).events("bind").isEmpty)
  }

  @Test func `a 32-bit program binds too, in both of its ways`() throws {
    let trace = try Trace(["bind-compat", "7000"])
    try #require(try trace.value("bind") == 0 && trace.value("socketcall") == 0)
    let events = trace.events("bind")
    try #require(events.count == 2)
    expect(events[0]["bind"], Self.address("AF_INET", "127.0.0.1", 7000))
    expect(events[1]["bind"], Self.address("AF_INET", "127.0.0.1", 7001))
  }

  @Test func `a bind through a ring is asynchronous`() throws {
    let trace = try Trace(["bind-ring", "127.0.0.1", "7001"])
    guard try trace.value("result") == 0 else { return }  // kernels before 6.11 have no such operation
    let event = try trace.only("bind")
    expect(event["evt"]["async"], true)
    expect(event["bind"], Self.address("AF_INET", "127.0.0.1", 7001))
    expect(event["process"]["pid"], Pattern(try trace.pid))
  }

  @Test func `the address is the one that the kernel took, whatever the caller makes of it meanwhile`() throws {
    let trace = try Trace(["bind-race", "1000"], options: ["--events", "bind"])
    let taken = Array(zip(trace.values("ip"), trace.values("port")))
    #expect(Set(taken.map(\.1)).count > 1, "no race was won")
    let told = trace.events("bind").map { event in
      (event["bind"]["addr"]["ip"].string ?? "", event["bind"]["addr"]["port"].integer ?? -1)
    }
    try #require(told.count == taken.count)
    let wrong = zip(told, taken).filter { told, taken in
      told.1 != taken.1 || told.0 != (taken.0 == 0x0101_0101 ? "1.1.1.1" : "127.0.0.1")
    }
    #expect(wrong.isEmpty)
  }
}
