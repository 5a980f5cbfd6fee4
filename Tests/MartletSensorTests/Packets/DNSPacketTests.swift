import MartletModel
import Testing

@testable import MartletSensor

struct DNSPacketTests {
  private static func message(_ name: String) -> [UInt8] { DNSMessageTests.message(DNSMessageTests.question([name])) }

  /// As TCP has it: the length before the message.
  private static func framed(_ message: [UInt8]) -> [UInt8] {
    [UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message
  }

  private func datagram(_ bytes: [UInt8], size: Int? = nil, segment: UInt16 = 0, from port: UInt16 = 4000)
    -> [DNSQuestion?]
  {
    var reader = PacketReader()
    var activity = Activity.packet(
      .dns, transport: NetworkProtocols.udp, from: port,
      Payload(bytes: bytes, size: UInt32(size ?? bytes.count), segmentSize: segment))
    return reader.read(&activity).map(\.question)
  }

  @Test func `a datagram is a message`() {
    let questions = datagram(Self.message("a"))
    #expect(questions == [DNSQuestion(id: 0xabcd, name: "a", type: 1, class: 1, size: 19, count: 1)])
  }

  @Test func `a datagram of no use is one malformed question`() {
    #expect(datagram([]) == [DNSQuestion(id: 0, size: 0, count: 0, isMalformed: true)])
  }

  @Test func `datagrams that the device is to part are several`() {
    let both = Self.message("a") + Self.message("b")
    #expect(datagram(both, segment: 19).map { $0?.name } == ["a", "b"])
    #expect(datagram(both + [1], segment: 19).map { $0?.isMalformed } == [false, false, true])
  }

  @Test func `what a server answers another is no question`() {
    let answer = DNSMessageTests.message(flags: 0x81, DNSMessageTests.question(["a"]))
    #expect(datagram(answer, from: 53) == [])
    #expect(datagram(answer, from: 4000).count == 1, "who asks in such words asks all the same")
    #expect(datagram(Self.message("a"), from: 53).count == 1)
  }

  @Test func `a message may come in any pieces`() {
    let bytes = Self.framed(Self.message("first")) + Self.framed(Self.message("second"))
    for cut in 1..<bytes.count {
      var conversation = Conversation(.dns)
      let events = conversation.say(Array(bytes[..<cut])) + conversation.say(Array(bytes[cut...]))
      #expect(events.map { $0.question?.name } == ["first", "second"], "cut at \(cut)")
      #expect(events.first?.question?.size == 23)
    }
    var conversation = Conversation(.dns)
    #expect(bytes.flatMap { conversation.say([$0]) }.map { $0.question?.name } == ["first", "second"])
  }

  @Test func `what comes twice counts once`() {
    let bytes = Self.framed(Self.message("first"))
    var conversation = Conversation(.dns)
    #expect(conversation.say(Array(bytes[..<9])).isEmpty)
    #expect(conversation.repeats(Array(bytes[..<9])).isEmpty)
    #expect(conversation.say(Array(bytes[9...])).count == 1)
    #expect(conversation.repeats(bytes).isEmpty)
    #expect(conversation.say(Self.framed(Self.message("second"))).map { $0.question?.name } == ["second"])
  }

  @Test func `behind a gap a segment begins a message`() {
    var conversation = Conversation(.dns)
    #expect(conversation.say(Array(Self.framed(Self.message("lost")).prefix(7))).isEmpty)
    conversation.miss(100)
    #expect(conversation.say(Self.framed(Self.message("found"))).map { $0.question?.name } == ["found"])
  }

  @Test func `of a long message the beginning is enough`() {
    let question = Self.message("long")
    var conversation = Conversation(.dns)
    #expect(
      conversation.say([0x20, 0] + question, lost: 0x2000 - question.count).map { $0.question?.name } == ["long"])
    #expect(conversation.say(Self.framed(Self.message("next"))).map { $0.question?.name } == ["next"])
    #expect(conversation.say([0, 40] + question, lost: 100).isEmpty, "where the next begins nobody knows")
    #expect(conversation.say(Self.framed(Self.message("last"))).map { $0.question?.name } == ["last"])
  }

  @Test func `a connection that speaks no DNS is told once`() {
    var conversation = Conversation(.dns)
    let events = conversation.say(Array("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n".utf8)) + conversation.say([1, 2, 3])
    #expect(events.map { $0.question?.isMalformed } == [true])
  }

  @Test func `what is no question does not hide the one behind it`() {
    var conversation = Conversation(.dns)
    let empty = Self.framed(DNSMessageTests.message(count: 0, []))
    let implausible = Self.framed(DNSMessageTests.message(count: 0xffff, [1, 2, 3]))
    let bytes = [0, 0, 0, 0, 0, 1, 7] + empty + implausible + Self.framed(Self.message("found"))
    let questions = bytes.flatMap { conversation.say([$0]) }.compactMap(\.question)
    #expect(questions.map(\.isMalformed) == [true, false, true, false])
    #expect(questions.map(\.name) == ["", "", "", "found"])
  }

  @Test func `connections do not mix, and of many the latest are kept`() {
    var reader = PacketReader()
    let bytes = Self.framed(Self.message("x"))
    func say(_ flow: UInt64, _ bytes: ArraySlice<UInt8>, at sequence: UInt32) -> [String?] {
      var activity = Activity.packet(
        .dns, transport: NetworkProtocols.tcp,
        Payload(bytes: Array(bytes), size: UInt32(bytes.count), sequence: sequence, flow: flow))
      return reader.read(&activity).map { $0.question?.name }
    }
    let flows = UInt64(1)...UInt64(PacketReader.flowLimit + 1)
    for flow in flows { #expect(say(flow, bytes[..<5], at: 0).isEmpty) }
    #expect(flows.dropFirst().allSatisfy { say($0, bytes[5...], at: 5) == ["x"] })
    #expect(say(1, bytes[5...], at: 5) != ["x"])
  }
}
