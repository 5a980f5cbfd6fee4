import LinuxHost
import MartletModel
import MartletSensor

/// Notices that processes were taken out of the scope which still live, and puts them in again.
struct ScopeWatch {
  private let clock: HostClock
  /// Where the next look begins: there may be too many to look at all of them.
  private var position = 0

  /// Looks at so many processes at a time; at all, once one is missing.
  private static let atATime = 256
  /// How far the fork that was seen and the start that `/proc` has for it are apart at most, in nanoseconds: the latter
  /// is counted in ticks.
  private static let tolerance: Int64 = 50_000_000

  init(clock: HostClock) { self.clock = clock }

  mutating func look(_ probes: inout Probes, _ pipeline: Pipeline) -> [Disturbance] {
    let images = pipeline.images
    guard !images.isEmpty else { return [] }
    position = position < images.count ? position : 0
    let some = images[position..<min(images.count, position + Self.atATime)]
    position += Self.atATime
    guard some.contains(where: { isCut($0, probes) }) else { return [] }
    let cut = images.filter { isCut($0, probes) }
    var admitted: UInt64 = 0
    var isWhole = true
    for image in cut {
      do throws(SensorError) {
        try probes.admit(pid: image.pid)
        admitted += 1
        // It may have ended meanwhile, with nobody there to take it out.
        if !isAlive(image) { probes.dismiss(pid: image.pid) }
      } catch { isWhole = false }
    }
    return cut.isEmpty ? [] : [Disturbance(.scopeCut, isWhole ? .mended : .lasting, amount: UInt64(cut.count))]
  }

  private func isCut(_ image: ProcessImage, _ probes: borrowing Probes) -> Bool {
    !probes.covers(pid: image.pid) && isAlive(image)
  }

  /// Whether that very process runs: not one that is ending, which the probes have let go, nor one that has got its pid.
  private func isAlive(_ image: ProcessImage) -> Bool {
    guard let text = contents(of: "/proc/\(image.pid)/stat"), let stat = ProcessStat(text.span), !stat.isEnding else {
      return false
    }
    guard let forked = image.forkTime else { return true }
    let start = clock.instant(ticks: stat.startTicks)
    return abs(forked.nanoseconds &- start.nanoseconds) < Self.tolerance
  }
}
