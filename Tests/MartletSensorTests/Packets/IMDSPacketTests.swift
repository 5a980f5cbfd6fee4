import MartletModel
import Support
import Testing

@testable import MartletSensor

struct IMDSPacketTests {
  private static let credentialRequest = """
    GET /latest/meta-data/iam/security-credentials/role HTTP/1.1\r
    Host: 169.254.169.254\r
    User-Agent: aws-cli/2\r
    X-aws-ec2-metadata-token: CANARY-1\r
    \r

    """

  private static let document = """
    {
      "Code" : "Success", "LastUpdated" : "2024-10-02T14:03:07Z", "Type" : "AWS-HMAC",
      "AccessKeyId" : "ASIA123", "SecretAccessKey" : "CANARY-2\\"CANARY-3", "Token":"CANARY-4",
      "Nested": {"AccessKeyId": "CANARY-5", "List": ["CANARY-6", 12345]}, "Number": 67890,
      "Expiration" : "2024-10-02T20:03:07Z"
    }
    """

  private static func response(_ body: String, head: String = "HTTP/1.1 200 OK\r\nServer: EC2ws\r\n") -> String {
    head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
  }

  private static func chunked(_ body: String) -> String {
    let half = body.utf8.count / 2
    let (first, second) = (body.utf8.prefix(half), body.utf8.dropFirst(half))
    let parts = [first, second].map { String($0.count, radix: 16) + ";x=y\r\n" + String(Substring($0)) + "\r\n" }
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + parts.joined() + "0\r\nTrailer: 1\r\n\r\n"
  }

  /// What one exchange makes, each side in segments that are cut at every `step` bytes, and what a recording keeps.
  private func exchange(_ request: String, _ response: String, step: Int = .max) -> (
    messages: [IMDSMessage], kept: String
  ) {
    var conversation = Conversation(.imds)
    var messages: [IMDSMessage] = []
    for (text, isIngress) in [(request, false), (response, true)] {
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        messages += conversation.say(Array(rest.prefix(step)), isIngress: isIngress).compactMap(\.message)
        rest = rest.dropFirst(step)
      }
    }
    return (messages, String(decoding: conversation.kept, as: UTF8.self))
  }

  @Test(arguments: [response(document), chunked(document), "HTTP/1.0 200 OK\r\n\r\n" + document])
  func `credentials are told without their secrets, however they are cut`(response: String) throws {
    let whole = exchange(Self.credentialRequest, response)
    let request = try #require(whole.messages.first)
    #expect(!request.isResponse && request.isIMDSv2)
    #expect(request.provider == "aws")
    #expect(request.url == "/latest/meta-data/iam/security-credentials/role")
    #expect(request.host == "169.254.169.254")
    #expect(request.userAgent == "aws-cli/2")
    let answer = try #require(whole.messages.last)
    #expect(answer.isResponse && answer.provider == "aws" && answer.url == "")
    let credentials = try #require(answer.credentials)
    #expect(credentials.code == "Success")
    #expect(credentials.type == "AWS-HMAC")
    #expect(credentials.accessKeyID == "ASIA123")
    #expect(credentials.lastUpdated == "2024-10-02T14:03:07Z")
    #expect(credentials.expiration == "2024-10-02T20:03:07Z")
    for step in [1, 2, 3, 7, 64] {
      let cut = exchange(Self.credentialRequest, response, step: step)
      #expect(cut.messages == whole.messages)
      #expect(cut.kept == whole.kept)
    }
  }

  @Test(arguments: [response(document), chunked(document)])
  func `a recording keeps no secret, and makes the same events`(response: String) {
    let live = exchange(Self.credentialRequest, response)
    #expect(!live.kept.contains("CANARY") && !live.kept.contains("12345") && !live.kept.contains("67890"))
    #expect(live.kept.utf8.count == Self.credentialRequest.utf8.count + response.utf8.count)
    let request = String(live.kept.utf8.prefix(Self.credentialRequest.utf8.count)) ?? ""
    let again = exchange(request, String(live.kept.dropFirst(request.count)))
    #expect(again.messages == live.messages)
    #expect(again.kept == live.kept)
  }

  @Test func `the token of the second version is asked for, and comes blanked`() {
    let request = "PUT /latest/api/token HTTP/1.1\r\nX-aws-ec2-metadata-token-ttl-seconds: 21600\r\n\r\n"
    let response = Self.response("CANARY", head: "HTTP/1.1 200 OK\r\nX-Aws-Ec2-Metadata-Token-Ttl-Seconds: 21600\r\n")
    let exchange = exchange(request, response)
    #expect(exchange.messages.map(\.isIMDSv2) == [true, true])
    #expect(exchange.messages.map(\.provider) == ["aws", "aws"])
    #expect(!exchange.kept.contains("CANARY"))
  }

  @Test(
    arguments: [
      ("GET /latest/meta-data/ HTTP/1.1\r\n", "aws"), ("GET /2021-07-15/meta-data HTTP/1.1\r\n", "aws"),
      ("GET /computeMetadata/v1/ HTTP/1.1\r\nMetadata-Flavor: Google\r\n", "gcp"),
      ("GET /computeMetadata/v1/ HTTP/1.1\r\n", "gcp"),
      ("GET /metadata/instance?api-version=2021-02-01 HTTP/1.1\r\nMetadata:true\r\n", "azure"),
      ("GET /latest/ HTTP/1.1\r\nmetadata: True\r\n", "azure"),
      ("GET /metadata/v1/instance HTTP/1.1\r\nMetadata-Flavor: ibm\r\n", "ibm"),
      ("PUT /instance_identity/v1/token HTTP/1.1\r\n", "ibm"),
      ("GET /opc/v2/instance/ HTTP/1.1\r\n", "oracle"),
      ("GET / HTTP/1.1\r\nAuthorization: Bearer Oracle\r\n", "oracle"),
      ("GET / HTTP/1.1\r\nAuthorization: Bearer Oracle2\r\n", ""), ("GET / HTTP/1.1\r\n", ""),
      ("HTTP/1.1 404 Not Found\r\nServer: EC2ws\r\n", "aws"),
      ("HTTP/1.1 404 Not Found\r\nServer: Metadata Server for VM\r\n", "gcp"),
      ("HTTP/1.1 404 Not Found\r\n", ""),
    ] as [(String, String)])
  func `a provider is told where there are signs of it`(head: String, provider: String) {
    var conversation = Conversation(.imds)
    let events = conversation.say(Array((head + "\r\n").utf8), isIngress: head.hasPrefix("HTTP"))
    #expect(events.map { $0.message?.provider } == [provider])
  }

  @Test func `an answer is to the request before it, also where several are sent at once`() {
    let requests = "GET /opc/v1/ HTTP/1.1\r\n\r\nHEAD /latest/ HTTP/1.1\r\n\r\nGET /computeMetadata/ HTTP/1.1\r\n\r\n"
    let answers = [
      Self.response("abc", head: "HTTP/1.1 200 OK\r\n"), "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", Self.response("", head: "HTTP/1.1 404 No\r\n"),
    ]
    let exchange = exchange(requests, answers.joined())
    #expect(exchange.messages.map(\.provider) == ["oracle", "aws", "gcp", "oracle", "", "aws", "gcp"])
  }

  @Test(
    arguments: [
      "SSH-2.0-x CANARY\r\n", "GETX / CANARY\r\n\r\n", "CANARY", "\r\nCANARY", "HTTP/1.1 abc CANARY\r\n\r\nCANARY",
      "GET / HTTP/1.1\r\nNo colon CANARY\r\n\r\n", "GET / HTTP/1.1\r\nCookie: CANARY\r\n CANARY\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\nCANARY",
      "GET / HTTP/1.1\r\nAuthorization: Bearer CANARY\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: CANARY",
      "GET / HTTP/1.1\r\n" + String(repeating: "a: CANARY\r\n", count: 5_000),
    ])
  func `of what is not read a recording keeps nothing`(text: String) {
    for step in [1, 3, 4096] {
      let kept = exchange(text, "", step: step).kept
      #expect(!kept.contains("CANARY"))
      #expect(kept.utf8.count == text.utf8.count)
    }
  }

  @Test func `behind a gap a segment begins a message`() {
    var conversation = Conversation(.imds)
    #expect(conversation.say(Array("GET /latest/ HTTP/1.1\r\nHos".utf8)).isEmpty)
    conversation.miss(10)
    #expect(conversation.say(Array("CANARY\r\n\r\n".utf8)).isEmpty)
    let request = Array("GET /latest/user-data HTTP/1.1\r\n\r\n".utf8)
    #expect(conversation.say(request).map { $0.message?.url } == ["/latest/user-data"])
    #expect(conversation.repeats(request).isEmpty)
    #expect(!String(decoding: conversation.kept, as: UTF8.self).contains("CANARY"))
  }

  @Test func `credentials that stay incomplete are told as far as they came`() {
    var conversation = Conversation(.imds)
    _ = conversation.say(Array(Self.credentialRequest.utf8))
    let response = Self.response(Self.document)
    #expect(conversation.say(Array(response.utf8.prefix(200)), isIngress: true).isEmpty)
    conversation.miss(50, isIngress: true)
    let events = conversation.say(Array("x".utf8), isIngress: true)
    #expect(events.map { $0.message?.isResponse } == [true])
  }

  @Test func `a body that a record had no room for is passed over`() {
    var conversation = Conversation(.imds)
    let head = Array("HTTP/1.1 200 OK\r\nServer: EC2ws\r\nContent-Length: 9000\r\n\r\nCANARY".utf8)
    #expect(conversation.say(head, isIngress: true, lost: 8994).count == 1)
    #expect(conversation.say(Array("HTTP/1.1 404 No\r\n\r\n".utf8), isIngress: true).count == 1)
  }

  @Test func `what a record has nothing of is missing`() {
    var conversation = Conversation(.imds)
    #expect(conversation.say(Array("GET /latest/ HTTP/1.1\r\n".utf8)).isEmpty)
    #expect(conversation.say([], lost: 10).isEmpty)
    #expect(conversation.say(Array("\r\n".utf8)).isEmpty, "the head has a hole")
    #expect(conversation.say(Array("GET /latest/ HTTP/1.1\r\n\r\n".utf8)).count == 1)
  }

  @Test func `no bytes trap, and blanking twice changes nothing`() {
    var random = SeededGenerator(seed: 80)
    let bytes = Array((Self.credentialRequest + Self.response(Self.document)).utf8)
    for _ in 0..<2_000 {
      var text = bytes
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        text[Int.random(in: 0..<text.count, using: &random)] = random.byte
      }
      var first = Conversation(.imds)
      var second = Conversation(.imds)
      let events = first.say(text, isIngress: true)
      let again = second.say(first.kept, isIngress: true)
      #expect(second.kept == first.kept)
      #expect(again.map(\.message) == events.map(\.message))
    }
  }
}
