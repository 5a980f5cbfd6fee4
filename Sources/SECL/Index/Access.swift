/// Something of an event's value that can be looked up: all rules that need it are found at once.
enum Key: Hashable, Sendable {
  /// The text is this one.
  case text([UInt8])
  case prefix([UInt8])
  case suffix([UInt8])
  /// The text has these four bytes somewhere, ASCII case aside.
  case window(UInt32)
  case regexp(Regexp)
  case number(Int64)
  /// The address overlaps this network.
  case network(IPNetwork)
  case truth(Bool)
}

/// A key and the field whose value has to have it.
struct FieldKey: Hashable, Sendable {
  let field: Field
  let key: Key
}

/// A way to a rule: it cannot hold unless one of the keys is in the event.
struct Access {
  var keys: [FieldKey]
  /// The share of events that have one of the keys, as far as one can tell without events.
  var chance: Double

  static let never = Access(keys: [], chance: 0)

  /// Rules with a better chance than this are not worth a look-up.
  static let mostLikely = 0.15
}

/// Chooses the access to rules.
struct AccessFinder {
  /// For each key the number of rules that have it somewhere: what many rules speak of is likely to be in many events.
  private var uses: [FieldKey: Int] = [:]
  private let rules: Double

  init(_ roots: [Term]) {
    rules = Double(roots.count)
    for root in roots { count(root) }
  }

  private mutating func count(_ term: Term) {
    switch term {
    case .not(let operand): count(operand)
    case .logic(let operands, _): for operand in operands { count(operand) }
    default:
      for alternatives in term.keys(isTrue: true) ?? [] { for key in alternatives { uses[key, default: 0] += 1 } }
    }
  }

  /// The best access to a rule in which `term` has to be true, or false; nil if there is none.
  func access(to term: Term, isTrue: Bool = true) -> Access? {
    switch term {
    case .constant(let value): return value.truth == isTrue ? nil : .never
    case .not(let operand): return access(to: operand, isTrue: !isTrue)
    case .logic(let operands, let operators):
      // From the end, as the operators nest to the right.
      guard var best = operands.last.map({ access(to: $0, isTrue: isTrue) }) else { return nil }
      for (operand, found) in zip(operands, operators).reversed() {
        if (found == .and) == isTrue {
          if let other = access(to: operand, isTrue: isTrue), other.chance <= best?.chance ?? 2 { best = other }
        } else if let other = best.flatMap({ _ in access(to: operand, isTrue: isTrue) }) {
          best?.keys += other.keys
          best?.chance += other.chance
        } else {
          best = nil
        }
      }
      return best
    default:
      guard term.fieldCost == 0, let needed = term.keys(isTrue: isTrue) else { return nil }
      var access = Access.never
      for alternatives in needed {
        guard let best = alternatives.map({ (key: $0, chance: chance(of: $0)) }).min(by: { $0.chance < $1.chance })
        else { return nil }
        access.keys.append(best.key)
        access.chance += best.chance
      }
      return access
    }
  }

  private func chance(of key: FieldKey) -> Double {
    let base =
      switch key.key {
      case .text: 0.002
      case .prefix(let bytes), .suffix(let bytes): bytes.count < 4 ? 0.1 : bytes.count < 8 ? 0.02 : 0.005
      case .window: 0.02
      case .regexp: 0.12
      case .number(let number): (-1...1).contains(number) ? 0.3 : 0.02
      case .network: 0.02
      case .truth(let truth): truth ? 0.2 : 0.8
      }
    return (key.field.iterator == nil ? base : base * 3) + Double((uses[key] ?? 1) - 1) / (rules + 100)
  }
}

extension Term {
  /// Keys of which the event must have some for the predicate to be true, or false: of each list one. Nil if there are
  /// none.
  func keys(isTrue: Bool) -> [[FieldKey]]? {
    guard isTrue else {
      guard case .field(let field) = self, field.type == .bool, field.iterator == nil else { return nil }
      return [[FieldKey(field: field, key: .truth(false))]]
    }
    switch self {
    case .field(let field), .registered(let field):
      return field.type == .bool ? [[FieldKey(field: field, key: .truth(true))]] : nil
    case .common(let subject, .constant(let value), _), .common(.constant(let value), let subject, _):
      guard let (field, mayBeMissing) = subject.source else { return nil }
      switch field.type.element {
      case .int where !(mayBeMissing && value.numbers.contains(0)):
        return value.numbers.map { [FieldKey(field: field, key: .number($0))] }
      // An address that is not there is in no network.
      case .ip: return value.networks.map { [FieldKey(field: field, key: .network($0))] }
      default: return nil
      }
    case .matches(let subject, let matcher):
      guard let (field, mayBeMissing) = subject.source else { return nil }
      if mayBeMissing, matcher.matches([]) { return nil }
      return matcher.keys?.map { $0.map { FieldKey(field: field, key: $0) } }
    default: return nil
    }
  }

  /// The field whose values, or those of one of whose objects, the term is about; and whether it may be about the zero
  /// value of one that is not there.
  private var source: (Field, mayBeMissing: Bool)? {
    switch self {
    case .field(let field): (field, false)
    case .registered(let field), .element(.field(let field), _, _), .element(.registered(let field), _, _):
      (field, true)
    default: nil
    }
  }
}

extension TextMatcher {
  /// For each member what a text must have to match it, as alternatives; nil if one has nothing.
  var keys: [[Key]]? {
    var keys = exact.map { [Key.text($0)] }
    keys += patterns.map(\.keys) + globs.map(\.keys)
    keys += regexps.map { [Key.regexp($0)] }
    return keys.contains { $0.isEmpty } ? nil : keys
  }
}

extension Pattern {
  var keys: [Key] {
    guard hasStar else { return [.text(start)] }
    var keys: [Key] = []
    if !start.isEmpty { keys.append(.prefix(start)) }
    if !endsInStar, let last = segments.last { keys.append(.suffix(last)) }
    for part in [start] + segments { keys += WindowTable.windows(of: part).map { .window($0) } }
    return keys
  }

  /// The text after the last star; all if there is none. Nothing may follow it.
  fileprivate var ending: [UInt8] { hasStar ? endsInStar ? [] : segments.last ?? [] : start }
}

extension Glob {
  var keys: [Key] {
    if let literal { return [.text(literal)] }
    var keys: [Key] = []
    let (prefix, suffix) = (self.prefix, self.suffix)
    if !prefix.isEmpty { keys.append(.prefix(prefix)) }
    if !suffix.isEmpty { keys.append(.suffix(suffix)) }
    for part in [prefix, suffix] + (front + (back ?? [])).flatMap({ [$0.start] + $0.segments }) {
      keys += WindowTable.windows(of: part).map { .window($0) }
    }
    return keys
  }

  /// What every path that the glob covers begins with.
  private var prefix: [UInt8] {
    if startsInsideRoot { return [] }
    var prefix: [UInt8] = []
    for (index, element) in front.enumerated() {
      prefix += element.start
      if element.hasStar { return prefix }
      // The last element before `**` may be the last of the path, unless `**` has to stand for something.
      if index < front.count - 1 || back?.isEmpty == true { prefix.append(UInt8(ascii: "/")) }
    }
    return prefix
  }

  /// What every path that the glob covers ends with.
  private var suffix: [UInt8] {
    var suffix: [UInt8] = []
    for (index, element) in (back ?? front).reversed().enumerated() {
      if index > 0 { suffix.insert(UInt8(ascii: "/"), at: 0) }
      suffix.insert(contentsOf: element.ending, at: 0)
      if element.hasStar { return suffix }
    }
    return suffix
  }
}
