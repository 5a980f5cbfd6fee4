import MartletModel

/// Which bytes of a segment of TCP follow those that were there before, in one direction of a connection.
struct SegmentOrder {
  /// What a segment brings.
  enum Place: Equatable {
    /// Nothing that was not there.
    case old
    /// New bytes from this index on.
    case follows(from: Int)
    /// New bytes, and before them some that never came.
    case gap
  }

  private var next: UInt32?

  /// Takes a segment in.
  mutating func place(_ payload: Payload) -> Place {
    let end = payload.sequence &+ payload.size
    guard let expected = next else {
      next = end
      return .follows(from: 0)
    }
    let ahead = Int32(bitPattern: payload.sequence &- expected)
    guard ahead <= 0 else {
      next = end
      return .gap
    }
    guard Int32(bitPattern: end &- expected) > 0 else { return .old }
    next = end
    return .follows(from: Int(-Int64(ahead)))
  }
}
