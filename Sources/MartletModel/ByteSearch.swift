extension Collection<UInt8> {
  /// Where `part` first occurs; nil where it does not.
  ///
  /// What the standard library has for this brings its regular expressions along with their tables: more than a megabyte
  /// of a static executable.
  package func firstOccurrence(of part: some Collection<UInt8>) -> Range<Index>? {
    var start = startIndex
    while true {
      var (here, there) = (start, part.startIndex)
      while there != part.endIndex, here != endIndex, self[here] == part[there] {
        formIndex(after: &here)
        part.formIndex(after: &there)
      }
      if there == part.endIndex { return start..<here }
      // What is left is too short, from here on and from anywhere behind.
      if here == endIndex { return nil }
      formIndex(after: &start)
    }
  }
}
