import MartletModel
import MartletSchema

extension JSONWriter {
  /// Writes the member `file` of a change: the file as it was, and in its `destination` what the change made of it.
  mutating func member(of change: Activity.Change, _ type: EventType, _ findings: FileFindings) {
    key(EventDocument.Key.file)
    beginObject()
    members(of: change.file, finding: findings[change.file])
    if let destination = change.destination {
      key(FileEvent.Key.destination)
      beginObject()
      members(of: destination, finding: findings[destination])
      endObject()
    } else if let destination = File(destinationOf: change, type) {
      member(FileEvent.Key.destination, destination)
    }
    endObject()
  }
}

extension File {
  /// What a change asked for, as far as it is no other file; `nil` for a removal.
  fileprivate init?(destinationOf change: Activity.Change, _ type: EventType) {
    switch type {
    case .mkdir: self.init(mode: JSONInteger(change.mode), uid: 0, gid: 0)
    case .chmod: self.init(mode: JSONInteger(change.mode & 0o7777), uid: 0, gid: 0)
    case .chown:
      let (uid, gid) = (change.uid.map { JSONInteger($0) }, change.gid.map { JSONInteger($0) })
      self.init(uid: uid ?? -1, gid: gid ?? -1)
    case .utimes:
      self.init(
        uid: 0, gid: 0, accessTime: change.accessed.map { Timestamp($0) },
        modificationTime: change.modified.map { Timestamp($0) })
    case .setxattr, .removexattr:
      self.init(
        uid: 0, gid: 0, attributeName: change.attribute.orNil, attributeNamespace: change.attributeNamespace.orNil)
    case .rmdir, .unlink, .link, .rename, .fork, .exec, .exit, .open, .setuid, .setgid, .capset, .signal, .chdir,
      .splice, .mount, .umount, .unshare, .mmap, .mprotect, .ptrace, .bpf, .loadModule, .unloadModule, .selinux, .bind,
      .dns, .imds, .connect, .accept, .session, .prctl, .setsockopt,
      .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      return nil
    }
  }
}
