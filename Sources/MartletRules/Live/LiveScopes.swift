import MartletModel

/// Whose variables a live event sees.
package struct LiveScopes: EventScopes {
  private let process: ProcessImage

  init(_ process: ProcessImage) { self.process = process }

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

  /// The lineage of `pid`, as far as it is among the ancestors; of other processes nothing is known here.
  package func images(ofPID pid: Int64) -> [UInt64] {
    var image: ProcessImage? = process
    while let found = image {
      if Int64(found.pid) == pid {
        let scopes = LiveScopes(found)
        return [found.serial] + scopes.ancestorImages
      }
      image = found.ancestor
    }
    return []
  }
}

extension LiveEvent {
  /// Whose variables it sees.
  package var scopes: LiveScopes { LiveScopes(event.process) }
}
