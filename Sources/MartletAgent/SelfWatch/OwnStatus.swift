/// What `/proc/self/status` says of this process, as numbers.
enum OwnStatus: String {
  /// The process that traces this one; 0 for none.
  case tracer = "TracerPid:"
  /// The most KiB of memory that it ever had. Not what getrusage(2) says, which takes over its creator's.
  case peakMemory = "VmHWM:"
  /// KiB of memory that it has.
  case memory = "VmRSS:"

  /// The number; nil if it cannot be read.
  var number: UInt64? {
    let key = Array(rawValue.utf8)
    guard let status = contents(of: "/proc/self/status"),
      let line = status.split(separator: 0x0a).first(where: { $0.starts(with: key) })
    else { return nil }
    let digits = line.dropFirst(key.count).filter { (0x30...0x39).contains($0) }
    return UInt64(String(decoding: digits, as: UTF8.self))
  }
}
