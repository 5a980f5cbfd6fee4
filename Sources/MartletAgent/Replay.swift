import CMartletABI
package import MartletModel
package import MartletOutput
package import MartletRules

/// Makes events of a recording, as the live session did.
package enum Replay {
  /// Prints the events of the types in `events`, and those that match one of `rules`. Throws at the first damage; what
  /// came before has been printed. Returns `profile` with what it learnt.
  @discardableResult
  package static func run(
    path: String, events: Set<EventType>, rules: RuleSet = .empty, profile: WorkloadProfile? = nil,
    printer: inout EventPrinter
  ) throws(RecordingError) -> WorkloadProfile? {
    let inspection = Inspection(rules, hostname: HostFacts.running().hostname, profile: profile)
    try run(path: path) { item in
      switch item {
      case .event(let event, let files):
        let isShown = events.contains(event.type)
        let matches = inspection.matches(event, files: files, isShown: isShown)
        if !matches.isEmpty || isShown { printer.print(event, matches: matches) }
      case .loss(let loss): printer.print(loss)
      case .disturbance(let disturbance): printer.print(disturbance)
      }
    }
    return inspection.profile
  }

  /// What comes out of a recording.
  package enum Item {
    /// An event, and who knows more of its files, as long as it is being handed on.
    case event(Event, any FileInspector)
    case loss(Loss)
    case disturbance(Disturbance)
  }

  /// Hands on what the live session saw. Throws at the first damage; what came before has been handed on.
  package static func run(path: String, deliver: (Item) -> Void) throws(RecordingError) {
    let reader = try RecordingReader(path: path)
    guard case .header(let header) = try reader.next() else { throw reader.error(.malformed) }
    guard header.abiVersion == UInt32(MARTLET_ABI_VERSION) else {
      throw reader.error(.abi(found: header.abiVersion, supported: UInt32(MARTLET_ABI_VERSION)))
    }
    guard header.architecture == RecordingHeader.thisArchitecture else { throw reader.error(.architecture) }
    let host = ReplayHost(reader)
    let pipeline = Pipeline(host: host, clock: header.clock)
    pipeline.seed(pid: header.seed)
    while true {
      if let failure = host.failure { throw failure }
      switch try reader.next() {
      case .record(let record):
        pipeline.consume(unsafe record.span.bytes) { event in
          // An answer that is missing would make up the event.
          if host.failure == nil { deliver(.event(event, pipeline.files)) }
        }
      case .loss(let loss): deliver(.loss(loss))
      case .disturbance(let disturbance): deliver(.disturbance(disturbance))
      // To a question that other rules had.
      case .answer(let question, let text) where question.isOfRules: host.keep(text, to: question)
      case .end: return
      case .header, .answer: throw reader.error(.malformed)
      }
    }
  }
}

extension RecordingHeader {
  #if arch(x86_64)
    static let thisArchitecture: UInt32 = 62  // EM_X86_64
  #elseif arch(arm64)
    static let thisArchitecture: UInt32 = 183  // EM_AARCH64
  #endif

  /// What this build records.
  static func current(clock: HostClock, seed: UInt32) -> RecordingHeader {
    RecordingHeader(
      abiVersion: UInt32(MARTLET_ABI_VERSION), architecture: thisArchitecture, clock: clock, seed: seed)
  }
}
