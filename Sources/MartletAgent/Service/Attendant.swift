package import MartletModel
import MartletOutput

/// What the agent's loop serves beside the ring, such as the control socket. All of it happens on the loop's thread and
/// must not wait.
package protocol Attendant: AnyObject {
  /// Readable when there is something to do. Who has several descriptors has an epoll(7) instance that stands for them.
  var descriptor: Int32 { get }
  /// Does what there is to do.
  func attend(_ agent: AgentSession)
  /// Called each time that events have been handed on: a hundred times a second at least.
  func turn(_ agent: AgentSession)
  /// Called once a second.
  func tick(_ agent: AgentSession)
  /// What of the descriptors that it is served by somebody had this process close, and whether it goes on without: told once
  /// and, where that can be, put right. Called once a second.
  func mend() -> Disturbance?
  /// The agent is about to end: a last chance to tell those who listen.
  func stop(_ agent: AgentSession)
}

extension Attendant {
  package func mend() -> Disturbance? { nil }
}
