import Foundation
import Glibc
import Support
import Testing

/// Deliveries to rsyslog.
struct SyslogTests {
  let stage: Stage
  init() throws { stage = try Stage() }

  /// rsyslog, which writes what it gets to a file.
  private final class Server {
    let port: Int
    let output: String
    private let program: Program

    init(_ certificate: Certificate?, in workplace: Workplace) throws {
      port = try freePort()
      output = workplace["syslog"]
      let tls = certificate.map {
        """
        global(DefaultNetstreamDriver="ossl" DefaultNetstreamDriverCAFile="\($0.file)"
               DefaultNetstreamDriverCertFile="\($0.file)" DefaultNetstreamDriverKeyFile="\($0.key)")
        module(load="imtcp" StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon")
        """
      }
      let configuration = try workplace.file(
        "rsyslog.conf",
        """
        global(maxMessageSize="256k" workDirectory="\(workplace.path)")
        \(tls ?? "module(load=\"imtcp\")")
        input(type="imtcp" address="127.0.0.1" port="\(port)")
        template(name="raw" type="string"
                 string="%pri% %timestamp:::date-rfc3339% %app-name% %msgid% %structured-data% %msg%\\n")
        action(type="omfile" file="\(output)" template="raw")

        """)
      program = try Program(["/usr/sbin/rsyslogd", "-n", "-f", configuration, "-i", workplace["rsyslog.pid"]])
      try Program.wait { try Self.listens(on: port) || program.hasEnded() }
      guard try !program.hasEnded() else { throw Failure("no rsyslog: \(program.errors)") }
    }

    private static func listens(on port: Int) -> Bool {
      content("/proc/net/tcp").contains(String(format: ":%04X 00000000:0000 0A", port))
    }
  }

  @Test(arguments: [false, true])
  func `rsyslog gets each event whole, over TCP or TLS`(isSecure: Bool) throws {
    let certificate = isSecure ? try Certificate(in: stage.workplace) : nil
    let server = try Server(certificate, in: stage.workplace)
    stage.write(100)
    stage.write(5, filling: 60_000)
    try stage.ship(
      """
      name: syslog
      type: syslog
      address: \(isSecure ? "tls" : "tcp")://127.0.0.1:\(server.port)
      batch: {events: 20, wait: 10ms}
      \(certificate.map { "tls: {ca_file: \($0.file)}" } ?? "")
      """)
    try stage.waitUntilDone("syslog")
    try Program.wait { numbers(content(server.output)).count == 105 && content(server.output).hasSuffix("xxxsh\"}}\n") }
    let lines = content(server.output).split(separator: "\n")
    #expect(numbers(content(server.output)) == Array(1...105))
    #expect(lines[0].hasPrefix("84 2026-11-26T04:30:00.000000"))
    #expect(lines[0].contains(" martlet exec [martlet@32473 id=\""))
    #expect(lines[0].contains(" rule=\"rule_1\"] {\"agent\""))
    #expect(lines[104].hasSuffix("xxxsh\"}}"))
  }

  @Test func `a server whose certificate nobody vouches for gets nothing`() throws {
    let server = try Server(try Certificate(in: stage.workplace), in: stage.workplace)
    stage.write(1)
    try stage.ship(
      "name: syslog\ntype: syslog\naddress: tls://127.0.0.1:\(server.port)\nretry_at_most: 20ms\nbatch: {wait: 1ms}")
    try Program.wait { stage.values("syslog").failures > 2 }
    #expect(stage.values("syslog").trouble?.contains("certificate") == true)
    #expect(content(server.output).isEmpty)
  }

  @Test func `a server on this host gets a datagram for each event`() throws {
    let path = stage.workplace["log"]
    let socket = try check("socket", Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0))
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    _ = try unsafe withUnsafePointer(to: &address) { address in
      try unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        try check("bind", unsafe bind(socket, address, socklen_t(MemoryLayout<sockaddr_un>.size)))
      }
    }
    stage.write(20)
    try stage.ship("name: log\ntype: syslog\naddress: unix:\(path)\nbatch: {wait: 1ms}")
    var got: [Int] = []
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while got.count < 20 {
      let count = try check("recv", unsafe recv(socket, &bytes, bytes.count, 0))
      got += numbers(String(decoding: bytes.prefix(count), as: UTF8.self))
    }
    #expect(got == Array(1...20))
    try stage.waitUntilDone("log")
  }
}
