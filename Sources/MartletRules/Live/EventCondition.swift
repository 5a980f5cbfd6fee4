package import MartletModel
package import SECL

/// A condition on live events for those who look on. It is false of events of another type than it speaks of; what speaks
/// of none is asked of all.
package struct EventCondition: Sendable {
  private let programs: [Program]

  /// - Throws: what is wrong with `expression` as that of a rule.
  package init(_ expression: String) throws(CompilationError) {
    let scope = Scope(catalogue: Catalogue.shared)
    var programs: [Program] = []
    for way in FileWrites.expanded(expression) {
      do { programs.append(try scope.compile(rule: way)) } catch {
        // A rule must speak of a type of event; what is asked here need not.
        guard let condition = try? scope.compile(condition: way), condition.fields.allSatisfy({ $0.onlyWith.isEmpty })
        else { throw error }
        programs.append(condition)
      }
    }
    self.programs = programs
  }

  /// The types of events that it can hold for; `nil` for all.
  package var types: Set<EventType>? {
    let names = programs.map(\.eventType)
    return names.contains(nil) ? nil : Set(names.compactMap { $0.flatMap { EventType(name: $0) } })
  }

  package func holds(for event: LiveEvent) -> Bool {
    let type = event.event.type.name
    return programs.contains { ($0.eventType ?? type) == type && $0.holds(in: ReaderContext(event)) }
  }
}
