extension IPNetwork: CustomStringConvertible {
  /// The address as RFC 5952 writes it, with the length of the mask if it is a network.
  public var description: String {
    let bits = isIPv4 ? length - 96 : length
    let address = isIPv4 ? dotted : grouped
    return bits == (isIPv4 ? 32 : 128) ? address : "\(address)/\(bits)"
  }

  private var dotted: String {
    [24, 16, 8, 0].map { String(low >> UInt64($0) & 0xff) }.joined(separator: ".")
  }

  private var grouped: String {
    let words = [high, low].flatMap { half in [48, 32, 16, 0].map { half >> UInt64($0) & 0xffff } }
    // The longest run of zeros, the first of several, of at least two words.
    var longest = 0..<0
    var start = 0
    for index in 0...words.count where index == words.count || words[index] != 0 {
      if index - start > max(longest.count, 1) { longest = start..<index }
      start = index + 1
    }
    func text(_ words: ArraySlice<UInt64>) -> String {
      words.map { String($0, radix: 16) }.joined(separator: ":")
    }
    if longest.isEmpty { return text(words[...]) }
    return "\(text(words[..<longest.lowerBound]))::\(text(words[longest.upperBound...]))"
  }
}
