import MartletModel
import MartletOutput
import MartletSchema
import Testing

/// The `process` object: its ancestors, and the texts of it that the encoder keeps.
struct ProcessRendererTests {
  // MARK: Ancestors

  @Test func `ancestors run from the nearest on, and the nearest is the parent`() throws {
    let process = try #require(try EventBuilder().chdir("/").document.process)
    #expect(process.ancestors?.map(\.pid) == [812, 800, 700])
    #expect(process.parent == process.ancestors?.first)
    #expect(process.ancestors?.map(\.isThread) == [nil, true, nil])
    #expect(process.truncatedAncestors == nil)
  }

  @Test func `a process without ancestors has neither`() throws {
    var builder = EventBuilder()
    builder.ancestors = []
    let process = try #require(try builder.chdir("/").document.process)
    #expect(process.ancestors == nil)
    #expect(process.parent == nil)
  }

  @Test(arguments: [(199, false), (200, false), (201, true), (1_024, true)])
  func `of more than 200 ancestors the first and the last 100 are listed`(count: Int, isTruncated: Bool) throws {
    var builder = EventBuilder()
    builder.ancestors = (1...count).map { .image("p", UInt32(10_000 + $0)) }
    let process = try #require(try builder.chdir("/").document.process)
    let pids = (1...count).map { JSONInteger(10_000 + $0) }
    #expect(process.ancestors?.map(\.pid) == (isTruncated ? pids.prefix(100) + pids.suffix(100) : pids))
    #expect(process.truncatedAncestors == (isTruncated ? true : nil))
  }

  @Test func `a lineage that lost its middle says so, however short`() throws {
    let builder = EventBuilder()
    builder.ancestors[1].ancestorsElided = true
    let process = try #require(try builder.chdir("/").document.process)
    #expect(process.ancestors?.count == 3)
    #expect(process.truncatedAncestors == true)
  }

  @Test func `of neighbours that share one vector the nearer is stripped, the process itself never`() throws {
    var builder = EventBuilder()
    let shared = Arguments(
      argv0: "sh", args: ["-c"], argsTruncated: true, envs: ["HOME"], envsTruncated: true)
    let equal = Arguments(
      argv0: "sh", args: ["-c"], argsTruncated: true, envs: ["HOME"], envsTruncated: true)
    builder.arguments = shared
    builder.ancestors = (1...4).map { .image("sh", UInt32($0)) }
    for (ancestor, arguments) in zip(builder.ancestors, [shared, shared, shared, equal]) {
      ancestor.arguments = arguments
    }
    let process = try #require(try builder.chdir("/").document.process)
    #expect(process.argv0 == "sh")
    #expect(process.args == ["-c"])
    let ancestors = try #require(process.ancestors)
    #expect(ancestors.map(\.argv0) == [nil, nil, "sh", "sh"])
    #expect(ancestors.map(\.args) == [nil, nil, ["-c"], ["-c"]])
    #expect(ancestors.map(\.argsTruncated) == [nil, nil, true, true])
    #expect(ancestors.map(\.envs) == [nil, nil, ["HOME"], ["HOME"]])
    #expect(ancestors.map(\.envsTruncated) == [nil, nil, true, true])
  }

  @Test func `ancestors without arguments do not strip each other`() throws {
    let json = EventBuilder().chdir("/").json
    #expect(try EventDocument(json: json).json == json)
  }

  @Test func `a kernel worker is its ids and its identity`() throws {
    var builder = EventBuilder()
    builder.ancestors = []
    let event = builder.chdir("/")
    event.process.isKernelWorker = true
    let process = try #require(try event.document.process)
    #expect(process.isKworker == true)
    #expect(process.pid == 1234)
    #expect(process.credentials != nil)
    #expect(process.source == "event")
    #expect(process.comm == nil)
    #expect(process.executable == nil)
    #expect(process.forkTime == nil)
  }

  // MARK: Texts that are kept

  @Test func `a warm encoder writes what a cold one does`() {
    let events = EventType.allCases.flatMap(EventBuilder.samples).map { ($0, $0.json) }
    // Samples share pids, and with them the serials of images, so each has an encoder of its own.
    for (event, json) in events {
      var encoder = EventEncoder()
      for _ in 0..<3 { #expect(encoder.json(event) == json) }
    }
  }

  @Test func `changes of the process and of its ancestors are seen`() {
    let builder = EventBuilder()
    let event = builder.chdir("/")
    let ancestors = event.process.ancestorsInOrder
    var encoder = EventEncoder()
    let changes: [() -> Void] = [
      { event.process.exitTime = Instant(nanoseconds: 1) },
      { event.process.credentials = Credentials(user: 5, group: 5) },
      { event.process.names = CredentialNames(all: "five") },
      { ancestors[0].exitTime = Instant(nanoseconds: 2) },
      { ancestors[1].credentials = Credentials(user: 6, group: 6) },
      { ancestors[2].names = CredentialNames(all: "six") },
      { ancestors[2].ancestor = .image("init", 1) },
      {
        ancestors[0].ancestor = ancestors[2]
        ancestors[0].ancestorsElided = true
      },
    ]
    var last = encoder.json(event.acting)
    for change in changes {
      change()
      let json = encoder.json(event.acting)
      #expect(json == event.acting.json)
      #expect(json != last)
      last = json
    }
  }

  /// Dropping ancestors takes their changes out of the sum, and as many new ones must not look like the old state.
  @Test func `a lineage that was shortened and then changed is not taken for what it was`() {
    let event = EventBuilder().chdir("/")
    let ancestors = event.process.ancestorsInOrder
    for second in 0..<5 { ancestors[1].exitTime = Instant(nanoseconds: Int64(second)) }
    var encoder = EventEncoder()
    _ = encoder.json(event.acting)
    ancestors[0].ancestor = ancestors[2]
    for second in 0..<10 {
      ancestors[2].exitTime = Instant(nanoseconds: Int64(second))
      #expect(encoder.json(event.acting) == event.acting.json)
    }
  }

  @Test func `a text that is kept has no thread of its own`() throws {
    var encoder = EventEncoder()
    var event = EventBuilder().chdir("/")
    _ = encoder.json(event)
    event.activity.tid = 1300
    let json = encoder.json(event)
    #expect(json == event.json)
    #expect(try EventDocument(json: json).process?.tid == 1300)
  }

  @Test func `another thread's identity does not become the process's text`() {
    var encoder = EventEncoder()
    let leader = EventBuilder().chdir("/")
    var thread = leader
    thread.credentials = Credentials(user: 9, group: 9)
    #expect(encoder.json(thread) == thread.json)
    #expect(encoder.json(leader) == leader.json)
    #expect(encoder.json(thread) == thread.json)
  }

  @Test func `an encoder that forgets to bound its memory writes the same`() {
    var encoder = EventEncoder()
    let first = EventBuilder().chdir("/")
    let json = encoder.json(first)
    let long = String(repeating: "x", count: 100_000)
    for pid in 2_000..<2_060 as Range<UInt32> {
      var builder = EventBuilder()
      builder.pid = pid
      builder.arguments = Arguments(argv0: long, args: [], argsTruncated: false, envs: [], envsTruncated: false)
      let event = builder.chdir("/")
      #expect(encoder.json(event) == event.json)
    }
    #expect(encoder.json(first) == json)
  }
}

extension Event {
  /// The event with the identity that its process has now.
  fileprivate var acting: Event {
    var event = self
    event.credentials = process.credentials
    event.names = process.names
    return event
  }
}

extension ProcessImage {
  /// From the nearest on.
  fileprivate var ancestorsInOrder: [ProcessImage] {
    var found: [ProcessImage] = []
    while let next = (found.last ?? self).ancestor { found.append(next) }
    return found
  }
}
