import MartletContext
import MartletModel
import MartletSensor

/// One step of a recording.
///
/// A recording is the eight bytes `MARTLET\n`, the format's version, and blocks. A block is two lengths, compressed and
/// not, and one zstd frame with its checksum; it holds whole entries. An entry is a kind, a length and its bytes. All
/// numbers are little-endian. `docs/reference/recordings.md` has the details.
enum Entry {
  /// The first: how the records are to be read.
  case header(RecordingHeader)
  /// A record of the probes, scrubbed.
  case record([UInt8])
  /// What the host answered to the question that the record before it raised.
  case answer(HostQuestion, [UInt8]?)
  /// A loss that was reported at this point.
  case loss(Loss)
  /// A disturbance that was reported at this point.
  case disturbance(Disturbance)
  /// The last: nothing is missing.
  case end

  static let magic: [UInt8] = Array("MARTLET\n".utf8)
  static let version: UInt32 = 1
}

/// How the records of a recording are to be read.
struct RecordingHeader: Hashable {
  var abiVersion: UInt32
  var architecture: UInt32
  var clock: HostClock
  /// The process that was there when the records began.
  var seed: UInt32
}

// MARK: Bytes

extension Entry {
  private enum Kind: UInt8 {
    case header = 1
    case record, answer, loss, end, disturbance
  }

  /// Appends the entry's bytes.
  func encode(into bytes: inout [UInt8]) {
    var body: [UInt8] = []
    let kind: Kind
    switch self {
    case .header(let header):
      kind = .header
      body.append(header.abiVersion)
      body.append(header.architecture)
      body.append(header.clock.monotonic.offset)
      body.append(header.clock.boot)
      body.append(header.clock.ticksPerSecond)
      body.append(header.seed)
    case .record(let record):
      kind = .record
      body = record
    case .answer(let question, let text):
      kind = .answer
      let (number, pid) = question.code
      body.append(number)
      body.append(pid)
      body.append(UInt8(text == nil ? 0 : 1))
      if let details = question.details {
        body.append(UInt32(details.count))
        body += details
      }
      body += text ?? []
    case .loss(let loss):
      kind = .loss
      body.append(loss.time.nanoseconds)
      for row in loss.rows {
        body.append(row.type.rawValue)
        body.append(row.cause.rawValue)
        body.append(row.count)
      }
    case .disturbance(let disturbance):
      kind = .disturbance
      body.append(disturbance.time.nanoseconds)
      body.append(disturbance.kind.rawValue)
      body.append(disturbance.state.rawValue)
      body.append(UInt8(disturbance.isHealthy ? 1 : 0))
      body.append(disturbance.amount)
      body.append(UInt32(disturbance.subject.utf8.count))
      body += disturbance.subject.utf8
      body += disturbance.detail.utf8
    case .end: kind = .end
    }
    bytes.append(kind.rawValue)
    bytes.append(UInt32(body.count))
    bytes += body
  }

  /// Reads the entry at the beginning of `bytes` and moves them on; `nil` when it is not one.
  init?(from bytes: inout ArraySlice<UInt8>) {
    guard let kind = bytes.take(UInt8.self).flatMap(Kind.init), let length = bytes.take(UInt32.self),
      bytes.count >= Int(length)
    else { return nil }
    var body = bytes.prefix(Int(length))
    bytes = bytes.dropFirst(Int(length))
    switch kind {
    case .header:
      guard let abiVersion = body.take(UInt32.self), let architecture = body.take(UInt32.self),
        let monotonic = body.take(Int64.self), let boot = body.take(Int64.self), let ticks = body.take(Int64.self),
        let seed = body.take(UInt32.self)
      else { return nil }
      let clock = HostClock(monotonic: ClockBase(offset: monotonic), boot: boot, ticksPerSecond: ticks)
      self = .header(
        RecordingHeader(abiVersion: abiVersion, architecture: architecture, clock: clock, seed: seed))
    case .record: self = .record(Array(body))
    case .answer:
      guard let number = body.take(UInt8.self), let pid = body.take(UInt32.self), let present = body.take(UInt8.self),
        let question = HostQuestion(code: number, pid: pid, details: &body)
      else { return nil }
      self = .answer(question, present == 0 ? nil : Array(body))
    case .loss:
      guard let time = body.take(Int64.self) else { return nil }
      var loss = Loss(time: Instant(nanoseconds: time), rows: [])
      while !body.isEmpty {
        guard let type = body.take(UInt8.self).flatMap(EventType.init(rawValue:)),
          let cause = body.take(UInt8.self).flatMap(Loss.Cause.init(rawValue:)), let count = body.take(UInt64.self)
        else { return nil }
        loss.rows.append(Loss.Row(type: type, cause: cause, count: count))
      }
      self = .loss(loss)
    case .disturbance:
      guard let time = body.take(Int64.self), let kind = body.take(UInt8.self).flatMap(Disturbance.Kind.init),
        let state = body.take(UInt8.self).flatMap(Disturbance.State.init), let isHealthy = body.take(UInt8.self),
        let amount = body.take(UInt64.self), let subject = body.takePart()
      else { return nil }
      self = .disturbance(
        Disturbance(
          time: Instant(nanoseconds: time), kind, state, subject: String(decoding: subject, as: UTF8.self),
          detail: String(decoding: body, as: UTF8.self), amount: amount, isHealthy: isHealthy != 0))
    case .end: self = .end
    }
  }
}

extension HostQuestion {
  /// A number for the kind of question, never reused, and the process it is about.
  fileprivate var code: (UInt8, UInt32) {
    switch self {
    case .stat(let pid): (1, pid)
    case .status(let pid): (2, pid)
    case .commandLine(let pid): (3, pid)
    case .environment(let pid): (4, pid)
    case .cgroup(let pid): (5, pid)
    case .executable(let pid): (6, pid)
    case .mounts(let pid): (7, pid)
    case .users(let pid): (8, pid)
    case .groups(let pid): (9, pid)
    case .hashes(let question): (10, question.pids.first ?? 0)
    case .package(let question): (11, question.pids.first ?? 0)
    case .container: (12, 0)
    }
  }

  fileprivate init?(code: UInt8, pid: UInt32, details: inout ArraySlice<UInt8>) {
    switch code {
    case 1: self = .stat(pid: pid)
    case 2: self = .status(pid: pid)
    case 3: self = .commandLine(pid: pid)
    case 4: self = .environment(pid: pid)
    case 5: self = .cgroup(pid: pid)
    case 6: self = .executable(pid: pid)
    case 7: self = .mounts(pid: pid)
    case 8: self = .users(pid: pid)
    case 9: self = .groups(pid: pid)
    case 10, 11:
      guard var details = details.takePart(), let count = details.take(UInt8.self) else { return nil }
      let pids = (0..<count).compactMap { _ in details.take(UInt32.self) }
      guard pids.count == Int(count) else { return nil }
      if code == 11 {
        self = .package(PackageQuestion(pids: pids, path: String(decoding: details, as: UTF8.self)))
        return
      }
      guard let isImage = details.take(UInt8.self), let inode = details.take(UInt64.self),
        let modified = details.take(Int64.self), let changed = details.take(Int64.self),
        let limit = details.take(Int64.self)
      else { return nil }
      self = .hashes(
        HashQuestion(
          pids: pids, isImage: isImage != 0, path: String(decoding: details, as: UTF8.self), inode: inode,
          modified: modified, changed: changed, limit: limit))
    case 12:
      guard let id = details.takePart() else { return nil }
      self = .container(id: String(decoding: id, as: UTF8.self))
    default: return nil
    }
  }

  /// What a question says beside the process, for those that say more: the number of processes, the processes, what
  /// tells the file, and its path.
  fileprivate var details: [UInt8]? {
    var bytes: [UInt8] = []
    func append(_ pids: [UInt32]) {
      bytes.append(UInt8(truncatingIfNeeded: pids.count))
      for pid in pids.prefix(255) { bytes.append(pid) }
    }
    switch self {
    case .hashes(let question):
      append(question.pids)
      bytes.append(UInt8(question.isImage ? 1 : 0))
      bytes.append(question.inode)
      bytes.append(question.modified)
      bytes.append(question.changed)
      bytes.append(question.limit)
      bytes += question.path.utf8
    case .package(let question):
      append(question.pids)
      bytes += question.path.utf8
    case .container(let id): bytes += id.utf8
    case .stat, .status, .commandLine, .environment, .cgroup, .executable, .mounts, .users, .groups: return nil
    }
    return bytes
  }
}

extension [UInt8] {
  /// Appends an integer's bytes, the lowest first.
  mutating func append<Integer: FixedWidthInteger>(_ value: Integer) {
    for shift in stride(from: 0, to: Integer.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }
}

extension ArraySlice<UInt8> {
  /// Takes an integer off the front; `nil` when there are too few bytes.
  mutating func take<Integer: FixedWidthInteger>(_: Integer.Type) -> Integer? {
    let size = Integer.bitWidth / 8
    guard count >= size else { return nil }
    var value: Integer = 0
    for (index, byte) in prefix(size).enumerated() { value |= Integer(truncatingIfNeeded: byte) << (index * 8) }
    self = dropFirst(size)
    return value
  }

  /// Takes a length and so many bytes off the front; `nil` when there are too few.
  mutating func takePart() -> ArraySlice<UInt8>? {
    guard let length = take(UInt32.self), count >= Int(length) else { return nil }
    let part = prefix(Int(length))
    self = dropFirst(Int(length))
    return part
  }
}
