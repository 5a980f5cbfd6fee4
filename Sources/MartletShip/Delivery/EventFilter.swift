import MartletRules
import MartletSchema
package import SECL

/// Which events a sink wants.
///
/// It reads the event's JSON, which tells less than rules may ask for; what is not told reads as empty or zero. What is
/// no event of the schema, such as a note that rules were loaded, concerns everybody and goes through.
package struct EventFilter: Sendable {
  private let programs: [Program]
  private let rules: Set<String>

  /// - Parameter rules: ids of the rules whose matches are wanted; empty for all.
  package init(rules: Set<String> = []) {
    programs = []
    self.rules = rules
  }

  /// - Parameter expression: a condition in the language of rules; nil for all events.
  package init(expression: String?, rules: Set<String>) throws(CompilationError) {
    let scope = Scope(catalogue: Catalogue.shared)
    // What speaks of one type of event is false of all others; what speaks of any is not.
    if let expression {
      if let rule = try? scope.compile(rule: expression) {
        programs = [rule]
      } else {
        programs = [try scope.compile(condition: expression)]
      }
    } else {
      programs = []
    }
    self.rules = rules
  }

  package func wants(_ event: ShippedEvent) -> Bool {
    if programs.isEmpty && rules.isEmpty { return true }
    var reader = JSONReader()
    guard let document: EventDocument = try? reader.read(event.text.rawSpan) else { return true }
    if document.agent.ruleID == "lost_events" { return true }
    if !rules.isEmpty, !rules.contains(document.agent.ruleID) { return false }
    if programs.isEmpty { return true }
    let event = DocumentEvent(document)
    guard let given = try? event.event(types: []) else { return true }
    return programs.contains { ($0.eventType == nil || $0.eventType == event.type) && $0.holds(in: given) }
  }
}
