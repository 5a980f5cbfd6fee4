/// Rules without a key that is worth a look-up: flag tests, negations, comparisons of numbers. The predicates that they need
/// are asked one after the other; each that fails takes all of its rules out, so that most are never asked.
struct Sieve: Sendable {
  /// A predicate and where in `bits` the rules are that need it.
  private struct Mesh {
    let need: Need
    let rules: Int
  }

  /// What a comparison with some texts or numbers costs, as `Term.askingCost` counts.
  static let cheap = 20

  /// The rules, in order.
  private let rules: [Int32]
  private let everything: [UInt64]
  /// For each validity the predicates, those of most rules first.
  private let meshes: [[Mesh]]
  private let bits: [UInt64]

  /// Words with a bit for each rule.
  var words: Int { everything.count }

  /// The sieve of `rules`, each with what it needs.
  ///
  /// - Parameter traits: how long the answer of a predicate is good, and what asking it costs.
  init(_ rules: [(rule: Int32, needs: [Need])], traits: (Need) -> (validity: Validity, cost: Int)) {
    let words = (rules.count + 63) / 64
    var everything = Array(repeating: UInt64(0), count: words)
    var members: [Need: [Int]] = [:]
    for (index, rule) in rules.enumerated() {
      everything[index >> 6] |= 1 << UInt64(index & 63)
      for need in rule.needs { members[need, default: []].append(index) }
    }
    let sorted = members.sorted {
      let (left, right) = ($0.value.count, $1.value.count)
      return left == right ? $0.key.predicate < $1.key.predicate : left > right
    }
    var meshes: [[Mesh]] = Validity.kept.map { _ in [] }
    var bits: [UInt64] = []
    for (need, members) in sorted {
      let (validity, cost) = traits(need)
      // One that few rules need is asked when these are decided, unless the answer is cheap and kept.
      guard members.count > 3 || validity != .event && cost < Self.cheap else { continue }
      meshes[validity.rawValue].append(Mesh(need: need, rules: bits.count))
      bits += Array(repeating: 0, count: words)
      for index in members { bits[bits.count - words + index >> 6] |= 1 << UInt64(index & 63) }
    }
    self.rules = rules.map(\.rule)
    (self.everything, self.meshes, self.bits) = (everything, meshes, bits)
  }

  /// Leaves the rules that hold as far as answers of that validity tell; for the event, of those alone that the others left.
  func sift(_ validity: Validity, _ scratch: inout Scratch, _ isTrue: (Int, inout Scratch) -> Bool) {
    guard !rules.isEmpty else { return }
    let left = scratch.sieved(validity)
    let earlier: InlineArray<3, Int> = [
      scratch.sieved(.kind), scratch.sieved(.lasting), scratch.sieved(.recurring),
    ]
    for word in everything.indices {
      scratch.words[left + word] =
        validity == .event
        ? scratch.words[earlier[0] + word] & scratch.words[earlier[1] + word] & scratch.words[earlier[2] + word]
        : everything[word]
    }
    for mesh in meshes[validity.rawValue] {
      var isAsked = false
      for word in everything.indices where scratch.words[left + word] & bits[mesh.rules + word] != 0 { isAsked = true }
      guard isAsked, isTrue(Int(mesh.need.predicate), &scratch) != mesh.need.isTrue else { continue }
      for word in everything.indices { scratch.words[left + word] &= ~bits[mesh.rules + word] }
    }
  }

  /// Takes out those rules, among what is left for answers of that validity, that are not `possible`.
  func keep(_ validity: Validity, _ scratch: inout Scratch, where possible: (Int32, inout Scratch) -> Bool) {
    let start = scratch.sieved(validity)
    for word in everything.indices {
      var left = scratch.words[start + word]
      while left != 0 {
        let bit = left.trailingZeroBitCount
        if !possible(rules[word << 6 | bit], &scratch) { scratch.words[start + word] &= ~(1 << UInt64(bit)) }
        left &= left &- 1
      }
    }
  }

  /// Makes candidates of the rules that are left for the event.
  func release(_ scratch: inout Scratch) {
    let start = scratch.sieved(.event)
    for word in everything.indices {
      var left = scratch.words[start + word]
      while left != 0 {
        scratch.candidates.insert(Int(rules[word << 6 | left.trailingZeroBitCount]))
        left &= left &- 1
      }
    }
  }
}
