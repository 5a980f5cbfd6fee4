import Foundation
import Support
import Testing

@Suite(.kernel)
struct IMDSTests {
  /// A segment of the process (`>`) or of the service (`<`), as the actor wants it.
  private func segment(_ side: String, _ text: some StringProtocol) -> String { side + DNSTests.hex(text.utf8) }

  private func response(_ body: String, _ fields: String = "Server: EC2ws\r\n") -> String {
    "HTTP/1.1 200 OK\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  private static let document = """
    {"Code":"Success","LastUpdated":"2024-10-02T14:03:07Z","Type":"AWS-HMAC","AccessKeyId":"ASIA123",\
    "SecretAccessKey":"CANARY-2","Token":"CANARY-3","Expiration":"2024-10-02T20:03:07Z"}
    """

  private func request(_ method: String, _ path: String, _ fields: String) -> String {
    "\(method) \(path) HTTP/1.1\r\nHost: 169.254.169.254\r\nUser-Agent: aws-cli/2\r\n\(fields)\r\n"
  }

  /// The way to credentials by the second version: a token, then the role with it.
  private var tokenFlow: [String] {
    let path = "/latest/meta-data/iam/security-credentials/role"
    let asked = request("GET", path, "X-aws-ec2-metadata-token: CANARY-1\r\n")
    let answered = response(Self.document)
    return [
      segment(">", request("PUT", "/latest/api/token", "X-aws-ec2-metadata-token-ttl-seconds: 60\r\n")),
      segment("<", response("CANARY-1", "X-aws-ec2-metadata-token-ttl-seconds: 60\r\nServer: EC2ws\r\n")),
      segment(">", asked.prefix(30)), segment(">", asked.dropFirst(30)),
      segment("<", answered.prefix(150)), segment("<", answered.dropFirst(150)),
    ]
  }

  @Test func `the way to credentials is told step by step, without a secret`() throws {
    let words = ["imds"] + tokenFlow
    let trace = try Trace(words)
    let path = "/latest/meta-data/iam/security-credentials/role"
    let service: Pattern = ["ip": "169.254.169.254", "port": 80]
    func message(_ type: String, _ members: [String: Pattern]) -> Pattern {
      let common: Pattern = ["type": Pattern(type), "cloud_provider": "aws"]
      return common.with(members)
    }
    func aws(_ isV2: Bool, _ credentials: Pattern = .absent) -> Pattern {
      ["is_imds_v2": isV2 ? true : false, "security_credentials": credentials]
    }
    let asked: [String: Pattern] = ["host": "169.254.169.254", "user_agent": "aws-cli/2", "aws": aws(true)]
    let steps = [
      message("request", asked.merging(["url": "/latest/api/token"]) { $1 }),
      message("response", ["server": "EC2ws", "aws": aws(true)]),
      message("request", asked.merging(["url": Pattern(path)]) { $1 }),
      message(
        "response",
        [
          "server": "EC2ws",
          "aws": aws(
            false,
            [
              "code": "Success", "type": "AWS-HMAC", "access_key_id": "ASIA123",
              "last_updated": "2024-10-02T14:03:07Z", "expiration": "2024-10-02T20:03:07Z",
            ]),
        ]),
    ]
    let events = trace.events("imds")
    try #require(events.count == steps.count)
    for (index, (event, step)) in zip(events, steps).enumerated() {
      expect(event["imds"], step)
      let isRequest = index % 2 == 0
      expect(event["process"]["pid"], Pattern(try trace.pid))
      expect(event["evt"], ["name": "imds", "category": "Network Activity", "outcome": "Success"])
      expect(event["network"][isRequest ? "destination" : "source"], service)
      expect(event["network"]["l3_protocol"], "ETH_P_IP")
      expect(event["network"]["l4_protocol"], "IP_PROTO_TCP")
      expect(
        event["network"]["device"], ["netns": Pattern(try trace.value("netns")), "ifindex": 1, "ifname": "lo"])
    }
  }

  @Test(arguments: [("2099-10-02T20:03:07Z", true), ("2024-10-02T20:03:07Z", false), ("", true)])
  func `a process has the credentials that it got until they expire`(expiration: String, has: Bool) throws {
    let asked = request("GET", "/latest/meta-data/iam/security-credentials/role", "")
    let document = Self.document.replacing("2024-10-02T20:03:07Z", with: expiration)
    let trace = try Trace(["imds", segment(">", asked), segment("<", response(document))])
    let held: Pattern = [
      [
        "code": "Success", "type": "AWS-HMAC", "access_key_id": "ASIA123", "last_updated": "2024-10-02T14:03:07Z",
        "expiration": Pattern(expiration),
      ]
    ]
    let exit = try trace.only("exit", pid: try trace.pid)
    if has {
      expect(exit["process"]["aws_security_credentials"], held)
    } else {
      #expect(exit["process"]["aws_security_credentials"].isAbsent)
    }
    #expect(exit["process"]["parent"]["aws_security_credentials"].isAbsent)
    let request = try #require(trace.events("imds").first)
    #expect(request["process"]["aws_security_credentials"].isAbsent)
  }

  @Test(
    arguments: [
      ("/computeMetadata/v1/instance/", "Metadata-Flavor: Google\r\n", "gcp"),
      ("/metadata/instance?api-version=2021-02-01", "Metadata: true\r\n", "azure"),
      ("/metadata/v1/instance", "Metadata-Flavor: ibm\r\n", "ibm"),
      ("/opc/v2/instance/", "Authorization: Bearer Oracle\r\n", "oracle"),
      ("/latest/user-data", "", "aws"), ("/", "", ""),
    ])
  func `every cloud is known by its signs, and its answers by their requests`(
    path: String, fields: String, provider: String
  ) throws {
    let trace = try Trace([
      "imds", segment(">", request("GET", path, fields)), segment("<", response("x", "")),
    ])
    let events = trace.events("imds")
    expect(.array(events.map(\.["imds"]["type"])), ["request", "response"])
    expect(.array(events.map(\.["imds"]["cloud_provider"])), [Pattern(provider), Pattern(provider)])
    expect(events[0]["imds"]["url"], Pattern(path))
  }

  @Test func `what is no HTTP is not told`() throws {
    #expect(try Trace(["imds", segment(">", "SSH-2.0-x\r\n"), segment("<", "hello")]).events("imds").isEmpty)
  }

  @Test func `a recording holds no secret`() throws {
    let place = try Workplace()
    let recording = place["recording"]
    let recorded = try Outcome(martlet: ["record", "-o", recording, "--", Program.actor, "imds"] + tokenFlow)
    #expect(recorded.status == 0)
    let replayed = try Outcome(martlet: ["replay", "--no-policy", "--format", "json", "--events", "imds", recording])
    #expect(try replayed.output.events().count == 4)
    #expect(!replayed.text.contains("CANARY") && replayed.text.contains("ASIA123"))
  }
}
