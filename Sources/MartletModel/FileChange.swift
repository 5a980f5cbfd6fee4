extension Activity {
  /// A file or its name was changed: mkdir, rmdir, link, rename, unlink, chmod, chown, utimes, setxattr, removexattr.
  package struct Change {
    /// As it was before the call; of a mkdir, the new directory.
    package var file: FileIdentity
    /// Of a link or a rename: the file under its new name.
    package var destination: FileIdentity?
    /// The first path as given; `""` for a call by descriptor.
    package var argument: String
    /// Of a mkdir or chmod: as asked, before the umask and with whatever else the caller had in it.
    package var mode: UInt32
    /// Of a chown: as asked; `nil` for "as it is".
    package var uid: UInt32?
    package var gid: UInt32?
    /// Of a utimes: the times that the file was given; `nil` for one that was left.
    package var accessed: Instant?
    package var modified: Instant?
    /// Of a setxattr or removexattr: the attribute's whole name, `"user.comment"`.
    package var attribute: String
    /// `AT_*` of an unlinkat and its like, `RENAME_*` of a renameat2.
    package var flags: UInt32

    package init(
      file: FileIdentity, destination: FileIdentity? = nil, argument: String = "", mode: UInt32 = 0,
      uid: UInt32? = nil, gid: UInt32? = nil, accessed: Instant? = nil, modified: Instant? = nil,
      attribute: String = "", flags: UInt32 = 0
    ) {
      self.file = file
      self.destination = destination
      self.argument = argument
      self.mode = mode
      self.uid = uid
      self.gid = gid
      self.accessed = accessed
      self.modified = modified
      self.attribute = attribute
      self.flags = flags
    }

    /// The part of the attribute's name before its first dot; `""` where there is none.
    package var attributeNamespace: String {
      guard let dot = attribute.utf8.firstIndex(of: UInt8(ascii: ".")) else { return "" }
      return String(attribute[..<dot])
    }
  }

  /// Data was moved between a pipe and another file.
  package struct Splice {
    /// The end that is no pipe; `nil` between two pipes, and where a descriptor was none.
    package var file: FileIdentity?
    /// `PIPE_BUF_FLAG_*` of the pipe's latest buffer, before and after.
    package var entryFlag: UInt32
    package var exitFlag: UInt32

    package init(file: FileIdentity?, entryFlag: UInt32, exitFlag: UInt32) {
      self.file = file
      self.entryFlag = entryFlag
      self.exitFlag = exitFlag
    }
  }
}
