package import MartletModel
import SECL

/// What the kernel is to let through of each type of event, made of the rules of a set: everything that a rule might hold
/// for. Types that rules ask about and that are not among `filters` are seen whole.
package struct FilterPlan: Sendable {
  /// A rule, and what it makes the kernel let through.
  package struct Row: Sendable {
    package let type: EventType
    package let rule: Rule
    /// Alternatives, of which an event has to meet one; without any, no event can.
    package let needs: [Need]
    /// The filter that there would be for this rule alone.
    let filter: EventFilter

    /// Whether any event of the type will do.
    package var takesAll: Bool { needs.contains(where: \.isNothing) }
  }

  /// The filters, by type.
  package private(set) var filters: [EventType: EventFilter] = [:]
  /// The rules that are asked about types that can be filtered, in the order of evaluation.
  package private(set) var rows: [Row] = []

  /// The plan for `rules`. Of types in `shown` all events are wanted, whatever rules ask.
  package init(_ rules: RuleSet, shown: Set<EventType> = []) {
    for type in EventType.allCases where type.isFilterable && !shown.contains(type) {
      guard let questions = rules.questions[type.name] else { continue }
      var builder = FilterBuilder()
      for question in questions {
        let needs = Need.all(of: question.program, type)
        builder.add(needs)
        var own = FilterBuilder()
        own.add(needs)
        rows.append(Row(type: type, rule: question.rule, needs: needs, filter: own.filter))
      }
      filters[type] = builder.filter
    }
  }
}

extension EventType {
  /// Whether the kernel can tell enough of it before there is a record, and nothing else follows from its records.
  package var isFilterable: Bool {
    switch self {
    case .open, .mmap, .mprotect, .signal, .ptrace, .bpf, .mkdir, .rmdir, .link, .rename, .unlink, .chmod, .chown,
      .utimes, .setxattr, .removexattr:
      true
    // What context is made of, and what is rare.
    case .fork, .exec, .exit, .setuid, .setgid, .capset, .mount, .umount, .unshare, .session, .chdir, .splice,
      .loadModule, .unloadModule, .selinux, .bind, .dns, .imds, .connect, .accept, .prctl, .setsockopt, .setrlimit,
      .sysctl,
      .cgroupWrite, .syscalls:
      false
    }
  }
}

/// Puts the needs of one type's rules together.
private struct FilterBuilder {
  private(set) var filter = EventFilter()
  private var gates: [Set<EventFilter.Test>: UInt64] = [:]

  mutating func add(_ needs: [Need]) {
    for need in needs {
      let gate = gate(need.tests)
      switch need.names {
      case nil: filter.unnamed |= gate
      case .some(let names):
        for name in names {
          switch name {
          case .leaf(let leaf): filter.leaves[leaf, default: 0] |= gate
          case .parent(let parent): filter.parents[parent, default: 0] |= gate
          case .directory(let path): filter.directories[path, default: 0] |= gate
          }
        }
      }
    }
  }

  /// The bit of the gate that these tests guard. When there are too many, a test or a gate is left out: more passes then.
  private mutating func gate(_ wanted: Set<EventFilter.Test>) -> UInt64 {
    var tests: Set<EventFilter.Test> = []
    for test in wanted where filter.tests[test] != nil || filter.tests.count < EventFilter.mostTests {
      filter.tests[test, default: 0] |= 0
      tests.insert(test)
    }
    if gates[tests] == nil, gates.count >= EventFilter.mostGates - 1 { tests = [] }
    if let gate = gates[tests] { return gate }
    let gate: UInt64 = 1 << UInt64(gates.count)
    gates[tests] = gate
    filter.gates |= gate
    for test in tests { filter.tests[test, default: 0] |= gate }
    return gate
  }
}
