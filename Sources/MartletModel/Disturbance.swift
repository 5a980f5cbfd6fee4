/// Something that happened to the agent itself, or to what it relies on, so that it may have seen less than it should.
package struct Disturbance: Hashable, Sendable {
  /// What happened. Numbers are never reused: recordings hold them.
  package enum Kind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// A probe was no longer attached. The subject is its hook.
    case probeDetached = 1
    /// Programs were not where a probe jumps to: the amount says how many. The subject is the map.
    case programsDisplaced
    /// A descriptor of a map or program led nowhere, or elsewhere. The subject is the map or the program.
    case descriptorLost
    /// Processes that live were no longer in the scope, or, if the subject is `exempt`, were taken out of it; the amount
    /// says how many.
    case scopeCut
    /// A program that is not the agent's uses its maps. The subject is the program, the detail its type and tag.
    case rivalProgram
    /// Somebody moved the position up to which the ring buffer is read; the amount is by how many bytes.
    case ringMoved
    /// A setting of the kernel changed. The subject is its file, the detail its present value.
    case settingChanged
    /// A resource limit of the agent changed. The subject is the limit, the detail its present value.
    case limitChanged
    /// A process, the amount, traces the agent.
    case traced
    /// The agent did not run; the amount is for how many milliseconds.
    case stalled
    /// The machine slept; the amount is for how many milliseconds.
    case suspended
    /// Memory for context was full: the amount says how many of the subject were forgotten.
    case contextEvicted
    /// No agent ran; the amount is for how many milliseconds, the detail says how the last one ended.
    case unwatched
    /// Somebody else wrote to a map by which the probes know what to look at. The subject is the map.
    case mapWritten
  }

  /// What became of it.
  package enum State: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// It is past, and nothing is left to put right.
    case past = 1
    /// It was put right as soon as it was found.
    case mended
    /// It goes on.
    case lasting
    /// What went on has ended.
    case over
  }

  /// When it was noticed.
  package var time: Instant
  package var kind: Kind
  package var state: State
  package var subject: String
  package var detail: String
  package var amount: UInt64
  /// Whether nothing of all that was noticed goes on.
  package var isHealthy: Bool

  package init(
    time: Instant = Instant(nanoseconds: 0), _ kind: Kind, _ state: State, subject: String = "", detail: String = "",
    amount: UInt64 = 0, isHealthy: Bool = true
  ) {
    self.time = time
    self.kind = kind
    self.state = state
    self.subject = subject
    self.detail = detail
    self.amount = amount
    self.isHealthy = isHealthy
  }
}

extension Disturbance.Kind {
  /// A stable word for programs.
  package var name: String {
    switch self {
    case .probeDetached: "probe_detached"
    case .programsDisplaced: "programs_displaced"
    case .descriptorLost: "descriptor_lost"
    case .scopeCut: "scope_cut"
    case .rivalProgram: "rival_program"
    case .ringMoved: "ring_moved"
    case .settingChanged: "setting_changed"
    case .limitChanged: "limit_changed"
    case .traced: "traced"
    case .stalled: "stalled"
    case .suspended: "suspended"
    case .contextEvicted: "context_evicted"
    case .unwatched: "unwatched"
    case .mapWritten: "map_written"
    }
  }

  /// What the amount counts; nil where there is none.
  package var unit: String? {
    switch self {
    case .programsDisplaced: "programs"
    case .scopeCut: "processes"
    case .ringMoved: "bytes"
    case .traced: "pid"
    case .stalled, .suspended, .unwatched: "milliseconds"
    case .contextEvicted: "count"
    case .probeDetached, .descriptorLost, .rivalProgram, .settingChanged, .limitChanged, .mapWritten: nil
    }
  }
}

extension Disturbance.State {
  /// A stable word for programs.
  package var name: String {
    switch self {
    case .past: "past"
    case .mended: "mended"
    case .lasting: "lasting"
    case .over: "over"
    }
  }
}

extension Disturbance: CustomStringConvertible {
  /// `probe_detached sched_process_exec: mended`, for people.
  package var description: String {
    var text = kind.name
    if !subject.isEmpty { text += " \(subject)" }
    if !detail.isEmpty { text += " (\(detail))" }
    if let unit = kind.unit { text += unit == "pid" ? ", pid \(amount)" : ", \(amount) \(unit)" }
    return "\(text): \(state.name)"
  }
}
