import MartletModel

/// Whose variables a live event sees.
package final class LiveScopes: EventScopes {
  private var process: ProcessImage
  /// Whom the event was done to.
  private var target: ProcessImage?

  init(_ process: ProcessImage, target: ProcessImage? = nil) {
    self.process = process
    self.target = target
  }

  /// Goes on to the next event.
  func move(to process: ProcessImage, target: ProcessImage?) {
    self.process = process
    if target != nil || self.target != nil { self.target = target }
  }

  package var processImage: UInt64? { process.serial }

  package var ancestorImages: [UInt64] {
    var serials: [UInt64] = []
    var next = process.ancestor
    while let image = next {
      serials.append(image.serial)
      next = image.ancestor
    }
    return serials
  }

  package var containerID: String? { process.container?.id }

  package var cgroupID: String? { process.cgroup.isEmpty ? nil : process.cgroup }

  /// The lineage of `pid`, as far as it is among the ancestors of the event's two processes; of others nothing is known
  /// here.
  package func images(ofPID pid: Int64) -> [UInt64] {
    guard let image = image(where: { Int64($0.pid) == pid }) else { return [] }
    return [image.serial] + LiveScopes(image).ancestorImages
  }

  /// A control group outside of containers is not known to end.
  package func keep(_ keepsake: AnyObject, with owner: VariableOwner) -> Bool {
    switch owner {
    case .everyone: return false
    case .process(let serial):
      guard let image = image(where: { $0.serial == serial }) else { return false }
      image.keepsakes.append(keepsake)
    case .container, .cgroup:
      guard let container = process.container else { return false }
      container.keepsakes.append(keepsake)
    }
    return true
  }

  private func image(where isWanted: (ProcessImage) -> Bool) -> ProcessImage? {
    for start in [process, target] {
      var next = start
      while let image = next {
        if isWanted(image) { return image }
        next = image.ancestor
      }
    }
    return nil
  }
}
