/// An activity in its context: what rules read and what leaves.
package struct Event {
  package var activity: Activity
  /// The image that acted, after the event: an exec's is the new one.
  package var process: ProcessImage
  /// The acting thread's identity and its names, before the event where the event changes them.
  package var credentials: Credentials
  package var names: CredentialNames
  /// Whom a signal, a request of ptrace or a new limit was aimed at.
  package var target: ProcessImage?
  /// Names of the identity that a `setuid`, `setgid` or `capset` committed; of a `chown` those of the new owners alone.
  package var newNames: CredentialNames?

  package var type: EventType { activity.type }
  package var time: Instant { activity.time }
  /// The thread's own span, or the one that its process began in.
  package var span: TraceSpan? { activity.span ?? process.span }
}

extension Event {
  // Hands on to the struct's own initialiser: where properties are assigned one by one, the whole is copied once more.
  package init(
    activity: consuming Activity, process: consuming ProcessImage, credentials: Credentials,
    names: consuming CredentialNames, newNames: consuming CredentialNames? = nil,
    target: consuming ProcessImage? = nil
  ) {
    self.init(
      activity: activity, process: process, credentials: credentials, names: names, target: target, newNames: newNames)
  }
}
