/// Whose variables an event reads and sets.
public protocol EventScopes: AnyObject {
  /// The serial number of the process's image; nil if the process is unknown. An exec makes a new image.
  var processImage: UInt64? { get }
  /// The serial numbers of the images before that one, nearest first: what it was before an exec, and who made it.
  var ancestorImages: [UInt64] { get }
  /// The container's id; nil outside of containers.
  var containerID: String? { get }
  /// The control group's id; nil if it is unknown.
  var cgroupID: String? { get }
  /// The image of the process `pid`, a pid in the initial pid namespace, and those before it, nearest first; empty if
  /// there is no such process.
  func images(ofPID pid: Int64) -> [UInt64]
  /// Keeps `keepsake` until no event can have the variables of that owner any more: of an image, until its process and
  /// all that descend from it have ended. False if nobody knows when that is.
  func keep(_ keepsake: AnyObject, with owner: VariableOwner) -> Bool
}

extension EventScopes {
  /// Of no owner it is known when it ends: variables go when there are too many.
  public func keep(_ keepsake: AnyObject, with owner: VariableOwner) -> Bool { false }
}

/// What has variables of its own.
public enum VariableOwner: Hashable, Sendable {
  case everyone
  /// A process image, by its serial number.
  case process(UInt64)
  /// A container, by its id.
  case container(String)
  /// A control group, by its id.
  case cgroup(String)

  var scope: VariableDefinition.Scope {
    switch self {
    case .everyone: .global
    case .process: .process
    case .container: .container
    case .cgroup: .cgroup
    }
  }
}
