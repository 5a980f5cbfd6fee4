import MartletContext
import MartletModel
import MartletSensor

/// The way of a record: decode, scrub, resolve, deliver.
final class Pipeline {
  private var clock: ClockBase
  let resolver: ContextResolver
  private var packets = PacketReader()
  private let opens = KnownOpens()
  private let environments = KnownEnvironments(keeping: EnvironmentFilter.defaultNames)
  /// Records that could not be decoded, by the type they claim to be; those of no type count as forks, on which all
  /// later knowledge rests.
  private(set) var undecodable: [EventType: UInt64] = [:]

  init(host: any Host, clock: HostClock) {
    self.clock = clock.monotonic
    resolver = ContextResolver(host: host, clock: clock)
  }

  /// Dates what comes from now on: the host's clock was set.
  func setClock(_ clock: HostClock) {
    self.clock = clock.monotonic
    resolver.setClock(clock)
  }

  /// What rules may ask of the files of events.
  var files: any FileInspector { resolver.files }

  /// What the processes run that are known to be alive.
  var images: [ProcessImage] { resolver.images }

  /// What was forgotten for want of room so far, by what it was.
  var evictions: [(name: String, count: UInt64)] { resolver.evictions }

  /// Processes that are known to be alive.
  var processCount: Int { resolver.processCount }

  /// Takes in a process that was there before the probes.
  func seed(pid: UInt32) { resolver.seed(pid: pid) }

  /// Walks one record through. `record` sees it scrubbed, before the host is asked anything about it. Returns its type,
  /// `nil` if it could not be decoded.
  @discardableResult
  func consume(
    _ bytes: RawSpan, record: (borrowing Record, Activity) -> Void = { _, _ in }, deliver: (Event) -> Void
  ) -> EventType? {
    let raw = Record(bytes)
    do throws(RecordError) {
      var activity = try Activity(decoding: raw, clock: clock, opens: opens, environments: environments)
      resolver.scrub(&activity)
      guard case .packet = activity.detail else {
        record(raw, activity)
        finish(&activity, deliver)
        if case .open(let open) = activity.detail { opens.keep(open) }
        return activity.type
      }
      var events = packets.read(&activity)
      record(raw, activity)
      for index in events.indices { finish(&events[index], deliver) }
      return activity.type
    } catch {
      undecodable[Activity.claimedType(of: raw) ?? .fork, default: 0] += 1
      return nil
    }
  }

  private func finish(_ activity: inout Activity, _ deliver: (Event) -> Void) {
    if let event = resolver.resolve(&activity) { deliver(event) }
    resolver.settle(activity)
  }
}
