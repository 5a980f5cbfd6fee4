/// The name in `names` that `name` was probably meant to be: the closest one within a third of its length.
func closest(to name: String, in names: some Sequence<String>) -> String? {
  let wanted = Array(name.utf8)
  guard wanted.count <= 100 else { return nil }
  var best: (name: String, distance: Int)?
  for candidate in names {
    let limit = min(best?.distance ?? wanted.count / 3 + 1, wanted.count / 3 + 1)
    if let distance = distance(wanted, Array(candidate.utf8), below: limit) { best = (candidate, distance) }
  }
  return best?.name
}

/// Insertions, deletions and replacements between two names; nil unless fewer than `limit`.
private func distance(_ one: [UInt8], _ other: [UInt8], below limit: Int) -> Int? {
  guard abs(one.count - other.count) < limit else { return nil }
  var row = Array(0...other.count)
  for (line, byte) in one.enumerated() {
    var diagonal = row[0]
    row[0] = line + 1
    for column in other.indices {
      let cost = min(diagonal + (byte == other[column] ? 0 : 1), row[column] + 1, row[column + 1] + 1)
      diagonal = row[column + 1]
      row[column + 1] = cost
    }
    guard row.contains(where: { $0 < limit }) else { return nil }
  }
  return row[other.count] < limit ? row[other.count] : nil
}

/// `; did you mean 'X'?`, or nothing.
func suggestion(for name: String, in names: some Sequence<String>) -> String {
  closest(to: name, in: names).map { "; did you mean '\($0)'?" } ?? ""
}
