extension Activity {
  /// A process or a thread was moved to another control group, by a write to a file of that group.
  package struct CgroupWrite {
    /// `cgroup.procs`, `cgroup.threads` or `tasks` of the group.
    package var file: FileIdentity
    /// What was moved, in the initial pid namespace; where it was refused, the number that was written. 0 if unknown.
    package var pid: UInt32

    package init(file: FileIdentity, pid: UInt32) {
      self.file = file
      self.pid = pid
    }
  }
}
