import Glibc

extension String {
  /// Whether `other` has the same bytes. `==` says so of two texts, too, that only Unicode takes for the same: as names
  /// they are two files.
  package func isSame(as other: String) -> Bool {
    // Short texts, and those that are one and the same, are told by their two words.
    let (words, others) = unsafe (
      unsafeBitCast(self, to: (UInt64, UInt64).self), unsafeBitCast(other, to: (UInt64, UInt64).self)
    )
    if words == others { return true }
    let (bytes, otherBytes) = (utf8Span.span, other.utf8Span.span)
    guard bytes.count == otherBytes.count else { return false }
    return unsafe bytes.withUnsafeBytes { bytes in
      unsafe otherBytes.withUnsafeBytes { others in
        guard let start = bytes.baseAddress, let other = others.baseAddress else { return true }
        return unsafe memcmp(start, other, bytes.count) == 0
      }
    }
  }
}

extension FileIdentity {
  /// Whether all that is known of `other` is the same, to the byte.
  package func isSame(as other: FileIdentity) -> Bool {
    inode == other.inode && modified == other.modified && changed == other.changed && mountID == other.mountID
      && mode == other.mode && uid == other.uid && gid == other.gid && inUpperLayer == other.inUpperLayer
      && pathError == other.pathError && mountSource == other.mountSource && mountOrigin == other.mountOrigin
      && path.isSame(as: other.path) && name.isSame(as: other.name) && user.isSame(as: other.user)
      && group.isSame(as: other.group) && filesystem.isSame(as: other.filesystem)
      && mountPath.isSame(as: other.mountPath)
  }
}
