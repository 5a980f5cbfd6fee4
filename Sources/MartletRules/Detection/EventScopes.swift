/// Whose variables an event reads and sets.
public protocol EventScopes {
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
}
