internal import CMartletABI
package import MartletModel

extension Record {
  /// The record's bytes with the strings of `activity` in the place of the raw ones: what a recording may keep.
  ///
  /// A packet's payload was blanked in place. An exec's argv and envp are the last of its tail, so they are cut off and
  /// written anew, with a mark that they have been through the decoder: it neither cuts a string that the mask made
  /// longer nor drops one that the filter left empty.
  package func redacted(as activity: Activity) -> [UInt8] {
    let original = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    if case .packet(let packet) = activity.detail, case .payload(let payload) = packet.content {
      return blanked(original, payload.bytes)
    }
    guard case .exec(let exec) = activity.detail, var fixed = try? fixed(martlet_exec_record.self) else {
      return original
    }
    var tailStart = original.count
    for slice in [fixed.args, fixed.envs] where slice.length > 0 { tailStart = min(tailStart, Int(slice.offset)) }
    // A slice may lie in the fixed part all the same: records are not believed.
    var kept = Array(original.prefix(max(tailStart, MemoryLayout<martlet_exec_record>.size)))
    fixed.args = append(exec.argv, to: &kept)
    fixed.envs = append(exec.envp, to: &kept)
    fixed.flags |= MARTLET_EXEC_REDACTED.rawValue
    if exec.argvTruncated { fixed.flags |= MARTLET_EXEC_ARGS_TRUNCATED.rawValue }
    if exec.envpTruncated { fixed.flags |= MARTLET_EXEC_ENVS_TRUNCATED.rawValue }
    fixed.header.size = UInt32(kept.count)
    unsafe withUnsafeBytes(of: &fixed) { fixed in
      unsafe kept.replaceSubrange(0..<fixed.count, with: fixed)
    }
    return kept
  }

  private func blanked(_ original: [UInt8], _ payload: [UInt8]) -> [UInt8] {
    guard let slice = try? fixed(martlet_packet_record.self).payload, Int(slice.length) == payload.count else {
      return original
    }
    var kept = original
    kept.replaceSubrange(Int(slice.offset)..<Int(slice.offset) + payload.count, with: payload)
    return kept
  }

  private func append(_ strings: [String], to bytes: inout [UInt8]) -> martlet_slice {
    let start = bytes.count
    for string in strings {
      bytes += string.utf8
      bytes.append(0)
    }
    return martlet_slice(offset: UInt32(start), length: UInt32(bytes.count - start))
  }
}
