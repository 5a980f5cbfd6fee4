/// What the access key ids of AWS begin with: those of users, and those of sessions.
let cloudKeyPrefixes: [[UInt8]] = [Array("AKIA".utf8), Array("ASIA".utf8)]

extension Span<UInt8> {
  /// Where access key ids of AWS are: one of the prefixes and 16 upper-case letters or digits, with no letter or
  /// digit right before or behind.
  var cloudKeys: [Range<Int>] {
    var keys: [Range<Int>] = []
    var start = 0
    while start < count {
      var end = start
      while end < count, self[end].isLetterOrDigit { end += 1 }
      if isCloudKey(start..<end) { keys.append(start..<end) }
      start = end + 1
    }
    return keys
  }

  private func isCloudKey(_ run: Range<Int>) -> Bool {
    run.count == 20
      && cloudKeyPrefixes.contains { prefix in prefix.indices.allSatisfy { self[run.lowerBound + $0] == prefix[$0] } }
      && run.allSatisfy { !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= self[$0]) }
  }
}

extension UInt8 {
  fileprivate var isLetterOrDigit: Bool {
    UInt8(ascii: "0")...UInt8(ascii: "9") ~= self || UInt8(ascii: "a")...UInt8(ascii: "z") ~= lowercased
  }
}
