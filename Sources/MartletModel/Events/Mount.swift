extension Activity {
  /// A mount that was attached to the tree of a mount namespace, or moved within it.
  package struct Mount {
    package var id: UInt32
    /// Of the mount that it hangs on.
    package var parentID: UInt32
    /// Kernel device number of its file system: major << 20 | minor.
    package var device: UInt32
    /// The directory that is covered now.
    package var mountPoint: FileIdentity
    /// What covers it; its path is that inside of the file system.
    package var root: FileIdentity
    /// What a bind mount was made from; `nil` for any other mount.
    package var source: Source?
    /// The mount was there before, elsewhere.
    package var isMoved: Bool
    /// All mounts that are new in the namespace, this one among them: submounts of a bind, copies of propagation.
    package var attached: [UInt32]

    package init(
      id: UInt32, parentID: UInt32, device: UInt32, mountPoint: FileIdentity, root: FileIdentity, source: Source?,
      isMoved: Bool, attached: [UInt32]
    ) {
      self.id = id
      self.parentID = parentID
      self.device = device
      self.mountPoint = mountPoint
      self.root = root
      self.source = source
      self.isMoved = isMoved
      self.attached = attached
    }

    /// Where a bind mount comes from.
    package struct Source: Hashable, Sendable {
      /// Of the mount that the source lies on; 0 if it is not known.
      package var mountID: UInt32
      package var path: String
      package var pathError: PathError?

      package init(mountID: UInt32, path: String, pathError: PathError? = nil) {
        self.mountID = mountID
        self.path = path
        self.pathError = pathError
      }
    }
  }

  /// Mounts that left a mount namespace, or with which one began.
  package struct Mounts {
    /// The topmost of those that left; 0 for a new namespace.
    package var id: UInt32
    package var all: [UInt32]

    package init(id: UInt32, all: [UInt32]) {
      self.id = id
      self.all = all
    }
  }
}
