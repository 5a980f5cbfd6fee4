import SECL

/// An event together with the variables that it can see. One of these serves as long as its reader does.
final class ScopedEvent: EventReader, EventScopes {
  let event: any EventReader
  let scopes: any EventScopes
  let variables: VariableStore
  /// The rule that is being asked, which a rule may ask for the tags of.
  var rule: Rule?
  /// In place of the event's own process: the images of another one.
  var images: [UInt64]?

  init(event: any EventReader, scopes: any EventScopes, variables: VariableStore) {
    self.event = event
    self.scopes = scopes
    self.variables = variables
  }

  /// The same event, asked for `rule`.
  func asked(for rule: Rule) -> ScopedEvent {
    let event = ScopedEvent(event: event, scopes: scopes, variables: variables)
    event.rule = rule
    return event
  }

  var now: Int64 { event.now }
  var kind: UInt64 { event.kind }
  var lasting: UInt64 { event.lasting }
  var recurring: UInt64 { event.recurring }

  func reading(of field: Field) -> Reading {
    if let rule, field.name == "event.rule.tags" { return .texts(rule.productTags) }
    return event.reading(of: field)
  }

  func reading(of field: Field, at index: Int) -> Reading? { event.reading(of: field, at: index) }

  func value(of variable: Variable) -> Value {
    variables.value(of: variable, scopes: self, now: now) ?? event.value(of: variable)
  }

  var processImage: UInt64? { images.map(\.first) ?? scopes.processImage }
  var ancestorImages: [UInt64] { images.map { Array($0.dropFirst()) } ?? scopes.ancestorImages }
  var containerID: String? { scopes.containerID }
  var cgroupID: String? { scopes.cgroupID }
  func images(ofPID pid: Int64) -> [UInt64] { scopes.images(ofPID: pid) }
  func keep(_ keepsake: AnyObject, with owner: VariableOwner) -> Bool { scopes.keep(keepsake, with: owner) }
}
