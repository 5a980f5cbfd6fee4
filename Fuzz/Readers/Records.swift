import Glibc
import MartletContext
import MartletModel
import MartletOutput
import MartletSensor

/// The bytes as what the probes wrote: record after record, each as long as its header says, from decoding to printing.
func followRecords(_ bytes: RawSpan) {
  let clock = HostClock(monotonic: ClockBase(offset: 0), boot: 0, ticksPerSecond: 100)
  let resolver = ContextResolver(host: StillHost(), clock: clock)
  var json = EventPrinter(descriptor: -1, format: .json, style: ScreenStyle(color: false))
  var pretty = EventPrinter(descriptor: -1, format: .pretty, style: ScreenStyle(color: true, columns: 80))
  resolver.seed(pid: 1)
  var reader = PacketReader()
  var rest = bytes
  while rest.byteCount >= 4 {
    // libFuzzer finds no long inputs by itself: a length that leads out of the input ends with it.
    let length = unsafe Int(rest.unsafeLoadUnaligned(as: UInt32.self))
    let record = Record(rest.extracting(first: length))
    rest = rest.extracting(droppingFirst: max(4, length))
    guard var activity = try? Activity(decoding: record, clock: clock.monotonic) else { continue }
    resolver.scrub(&activity)
    let packets = reader.read(&activity)
    _ = record.redacted(as: activity)
    for var activity in packets.isEmpty ? [activity] : packets {
      if let event = resolver.resolve(&activity) {
        json.print(event)
        pretty.print(event)
      }
      resolver.settle(activity)
    }
  }
}

/// A host on which every other process has ended, and the others are all the same.
private final class StillHost: Host {
  func answer(_ question: HostQuestion) -> [UInt8]? {
    let text: String? =
      switch question {
      case .stat(let pid) where pid % 2 == 0: nil
      case .stat(let pid): "\(pid) (a) S \(pid / 2) 1 1 34816 -1 0" + String(repeating: " 7", count: 20)
      case .status: "Uid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapPrm:\t000001ffffffffff\nCapEff:\t000001ffffffffff\n"
      case .commandLine: "a\0--password=b\0"
      case .environment: "PATH=/bin\0"
      case .cgroup(let pid): pid % 3 == 0 ? "0::/docker/\(String(repeating: "0123456789abcdef", count: 4))\n" : "0::/\n"
      case .executable: "27 3 33261 0 0 1 2 3 4 /bin/a"
      case .mounts: "27 1 254:0 / / rw - ext4 /dev/vda rw\n"
      case .users: "root:x:0:0:root:/root:/bin/sh\n"
      case .groups: "root:x:0:\n"
      case .container(let id): id.hasPrefix("0") ? "1700000000000000000\0web\0nginx:1.27" : nil
      case .hashes, .package: nil
      }
    return text.map { Array($0.utf8) }
  }
}
