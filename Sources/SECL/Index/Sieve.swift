/// Rules without a key that is worth a look-up: flag tests, negations, comparisons of numbers. The predicates that many
/// of them need are asked one after the other; each that fails takes all of its rules out, so that most are never asked.
struct Sieve: Sendable {
  /// A predicate, the answer that rules need, and these rules.
  private struct Mesh {
    let predicate: Int
    let needed: Bool
    let rules: [UInt64]
  }

  /// The rules, in order.
  private let rules: [Int32]
  private let everything: [UInt64]
  private let meshes: [Mesh]

  var words: Int { everything.count }

  /// The sieve of `rules`, each with the predicates that it needs.
  init(_ rules: [(rule: Int32, needs: [(predicate: Int, needed: Bool)])]) {
    struct Need: Hashable {
      let predicate: Int
      let needed: Bool
    }
    self.rules = rules.map(\.rule)
    let words = (rules.count + 63) / 64
    var all = Array(repeating: UInt64(0), count: words)
    for index in rules.indices { all[index >> 6] |= 1 << UInt64(index & 63) }
    everything = all
    var members: [Need: [Int]] = [:]
    for (index, rule) in rules.enumerated() {
      for need in rule.needs {
        members[Need(predicate: need.predicate, needed: need.needed), default: []].append(index)
      }
    }
    // One that few rules need is asked when these are decided.
    let shared = members.filter { $0.value.count > 3 }.sorted {
      let (left, right) = ($0.value.count, $1.value.count)
      return left == right ? $0.key.predicate < $1.key.predicate : left > right
    }
    meshes = shared.map { need, members in
      var bits = Array(repeating: UInt64(0), count: words)
      for index in members { bits[index >> 6] |= 1 << UInt64(index & 63) }
      return Mesh(predicate: need.predicate, needed: need.needed, rules: bits)
    }
  }

  /// Puts the rules that are left into `candidates`; `isTrue` answers for a predicate.
  func sift(_ scratch: inout Scratch, _ isTrue: (Int, inout Scratch) -> Bool) {
    guard !rules.isEmpty else { return }
    for word in everything.indices { scratch.alive[word] = everything[word] }
    for index in meshes.indices {
      var isAsked = false
      for word in everything.indices where scratch.alive[word] & meshes[index].rules[word] != 0 {
        isAsked = true
        break
      }
      guard isAsked, isTrue(meshes[index].predicate, &scratch) != meshes[index].needed else { continue }
      for word in everything.indices { scratch.alive[word] &= ~meshes[index].rules[word] }
    }
    for word in everything.indices {
      var left = scratch.alive[word]
      while left != 0 {
        scratch.candidates.insert(Int(rules[word << 6 | left.trailingZeroBitCount]))
        left &= left &- 1
      }
    }
  }
}
