import MartletAgent
import MartletRules

/// The bytes as what a client sends to the control socket, a request a line.
func readRequests(_ bytes: RawSpan) {
  let bytes = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).prefix(64) {
    do throws(ControlRefusal) {
      let request = try unsafe ControlRequest(line: Array(line).span.bytes)
      precondition(request.id <= 1 << 53)
      guard case .events(let wanted) = request.action else { continue }
      _ = try? EventCondition(wanted.filter)
    } catch { precondition(!error.message.isEmpty) }
  }
}
