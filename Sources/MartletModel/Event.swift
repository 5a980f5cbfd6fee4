/// An activity in its context: what rules read and what leaves.
package struct Event {
  package var activity: Activity
  /// The image that acted, after the event: an exec's is the new one.
  package var process: ProcessImage
  /// The acting thread's identity and its names, before the event where the event changes them.
  package var credentials: Credentials
  package var names: CredentialNames
  /// Names of the identity that a `setuid`, `setgid` or `capset` committed; of a `chown` those of the new owners alone.
  package var newNames: CredentialNames?
  /// Whom a signal, a request of ptrace or a new limit was aimed at.
  package var target: ProcessImage?

  // Inlined, as a call from another module has all of the event copied once more.
  @inlinable @inline(__always) package init(
    activity: consuming Activity, process: consuming ProcessImage, credentials: Credentials,
    names: consuming CredentialNames, newNames: consuming CredentialNames? = nil,
    target: consuming ProcessImage? = nil
  ) {
    self.activity = activity
    self.process = process
    self.credentials = credentials
    self.names = names
    self.newNames = newNames
    self.target = target
  }

  @inlinable package var type: EventType { activity.type }
  @inlinable package var time: Instant { activity.time }
  /// The thread's own span, or the one that its process began in.
  package var span: TraceSpan? { activity.span ?? process.span }
}
