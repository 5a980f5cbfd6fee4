internal import CMartletABI
package import MartletModel

extension Record {
  /// The record's bytes with the strings of `activity` in the place of the raw ones: what a recording may keep.
  ///
  /// Only an exec holds secrets. Its argv and envp are the last of its tail, so they are cut off and written anew.
  package func redacted(as activity: Activity) -> [UInt8] {
    let original = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
    guard case .exec(let exec) = activity.detail, var fixed = try? fixed(martlet_exec_record.self) else {
      return original
    }
    var tailStart = original.count
    for slice in [fixed.args, fixed.envs] where slice.length > 0 { tailStart = min(tailStart, Int(slice.offset)) }
    // A record that no probe of ours made may claim that its strings begin inside of the fixed part.
    tailStart = max(tailStart, MemoryLayout.size(ofValue: fixed))
    var kept = Array(original.prefix(tailStart))
    fixed.args = append(exec.argv, to: &kept)
    fixed.envs = append(exec.envp, to: &kept)
    if exec.argvTruncated { fixed.flags |= MARTLET_EXEC_ARGS_TRUNCATED.rawValue }
    if exec.envpTruncated { fixed.flags |= MARTLET_EXEC_ENVS_TRUNCATED.rawValue }
    fixed.header.size = UInt32(kept.count)
    unsafe withUnsafeBytes(of: &fixed) { fixed in
      unsafe kept.replaceSubrange(0..<fixed.count, with: fixed)
    }
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
