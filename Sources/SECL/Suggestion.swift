/// The name in `names` that `name` was probably meant to be: the closest one within `limit` changes, of which there are a
/// third of its length if nothing else is said.
package func closest(to name: String, in names: some Sequence<String>, within limit: Int? = nil) -> String? {
  let wanted = Array(name.utf8)
  guard wanted.count <= 100 else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in names {
    let limit = best?.distance ?? (limit ?? wanted.count / 3) + 1
    guard abs(candidate.utf8.count - wanted.count) < limit else { continue }
    if let distance = distance(wanted, Array(candidate.utf8), below: limit) { best = (candidate, distance) }
  }
  return best?.name
}

/// Insertions, deletions, replacements and exchanges of neighbours between two names; nil unless fewer than `limit`.
private func distance(_ one: [UInt8], _ other: [UInt8], below limit: Int) -> Int? {
  var (before, row) = ([Int](), Array(0...other.count))
  for line in one.indices {
    var next = [line + 1]
    for column in other.indices {
      var cost = min(row[column] + (one[line] == other[column] ? 0 : 1), row[column + 1] + 1, next[column] + 1)
      if line > 0, column > 0, one[line] == other[column - 1], one[line - 1] == other[column] {
        cost = min(cost, before[column - 1] + 1)
      }
      next.append(cost)
    }
    guard next.contains(where: { $0 < limit }) else { return nil }
    (before, row) = (row, next)
  }
  return row[other.count] < limit ? row[other.count] : nil
}

/// `; did you mean 'X'?`, or nothing.
package func suggestion(
  for name: String, in names: some Sequence<String>, within limit: Int? = nil
) -> String {
  closest(to: name, in: names, within: limit).map { "; did you mean '\($0)'?" } ?? ""
}
