/// What a kernel record says, decoded: an event that does not know its context yet.
package struct Activity {
  package var type: EventType
  package var time: Instant
  /// tgid and pid of the acting thread, in the initial pid namespace. A fork's are the child's.
  package var pid: UInt32
  package var tid: UInt32
  /// What the call returned; a negative errno where it failed.
  package var result: Int64
  /// The operation came through io_uring.
  package var isAsync: Bool
  /// Of the acting thread when the record was written; after a `setuid`, `setgid` or `capset` the new ones.
  package var credentials: Credentials
  /// That of the acting thread; of a fork the creator's, of an exec what the thread had in the old image.
  package var span: TraceSpan?
  package var detail: Detail

  package init(
    type: EventType, time: Instant, pid: UInt32, tid: UInt32, result: Int64, isAsync: Bool, credentials: Credentials,
    span: TraceSpan? = nil, detail: Detail
  ) {
    self.type = type
    self.time = time
    self.pid = pid
    self.tid = tid
    self.result = result
    self.isAsync = isAsync
    self.credentials = credentials
    self.span = span
    self.detail = detail
  }

  /// What only this type of event has. The large ones stand apart: an activity is copied on its way from room to room.
  package enum Detail {
    indirect case fork(Fork)
    indirect case exec(Exec)
    case exit(Exit)
    case open(Open)
    case credentials
    case signal(Signal)
    indirect case chdir(Chdir)
    /// mkdir, rmdir, link, rename, unlink, chmod, chown, utimes, setxattr, removexattr.
    indirect case change(Change)
    indirect case splice(Splice)
    indirect case mount(Mount)
    indirect case umount(Mounts)
    /// A new mount namespace: no event, but mounts to know.
    indirect case unshare(Mounts)
    indirect case mmap(Mmap)
    indirect case mprotect(Mprotect)
    case ptrace(Ptrace)
    indirect case bpf(BPF)
    indirect case loadModule(Module)
    indirect case unloadModule(Module)
    indirect case selinux(SELinux)
    indirect case bind(Bind)
    indirect case packet(Packet)
    indirect case connection(Connection)
    indirect case prctl(Prctl)
    indirect case setsockopt(Setsockopt)
    indirect case setrlimit(Setrlimit)
    indirect case sysctl(Sysctl)
    indirect case cgroupWrite(CgroupWrite)
    indirect case syscalls(SystemCallUse)
    indirect case session(SessionPiece)
  }

  package struct Fork {
    package var parentPID: UInt32
    package var parentTID: UInt32
    /// The new task is a thread of the same process: no event, but credentials to inherit.
    package var isThread: Bool
    package var comm: String
    package var tty: String
    /// Cgroup paths where the child does not share its creator's, else empty.
    package var cgroups: [String]

    package init(parentPID: UInt32, parentTID: UInt32, isThread: Bool, comm: String, tty: String, cgroups: [String]) {
      self.parentPID = parentPID
      self.parentTID = parentTID
      self.isThread = isThread
      self.comm = comm
      self.tty = tty
      self.cgroups = cgroups
    }
  }

  package struct Exec {
    package var parentPID: UInt32
    package var comm: String
    package var tty: String
    package var cgroups: [String]
    /// The file of the call: the script where there is one.
    package var executable: FileIdentity
    /// The image that was loaded, where it is another file.
    package var interpreter: FileIdentity?
    /// The pathname argument as given, `""` for an exec of a descriptor.
    package var argument: String
    /// Not scrubbed yet: the context does.
    package var argv: [String]
    package var argvTruncated: Bool
    package var envp: [String]
    package var envpTruncated: Bool

    package init(
      parentPID: UInt32, comm: String, tty: String, cgroups: [String], executable: FileIdentity,
      interpreter: FileIdentity?, argument: String, argv: [String], argvTruncated: Bool, envp: [String],
      envpTruncated: Bool
    ) {
      self.parentPID = parentPID
      self.comm = comm
      self.tty = tty
      self.cgroups = cgroups
      self.executable = executable
      self.interpreter = interpreter
      self.argument = argument
      self.argv = argv
      self.argvTruncated = argvTruncated
      self.envp = envp
      self.envpTruncated = envpTruncated
    }
  }

  package struct Exit: BitwiseCopyable {
    /// The wait(2) status word.
    package var status: UInt32
    /// A thread went through the core dump path.
    package var dumped: Bool

    package init(status: UInt32, dumped: Bool) {
      self.status = status
      self.dumped = dumped
    }

    /// How a process ended. The numbers are those that rules know.
    package enum Cause: Int, Sendable {
      case exited
      case dumped
      case signaled
    }

    package var cause: Cause {
      if status & 0x7f == 0 { return .exited }
      return dumped || status & 0x80 != 0 ? .dumped : .signaled
    }

    /// The exit status, or the number of the signal that ended it.
    package var code: UInt32 { status & 0x7f == 0 ? status >> 8 & 0xff : status & 0x7f }
  }

  /// An object, as most events are opens, and most of these are like one before: alike ones share it, and what has been
  /// made of it once holds for all of them. So it does not change any more once it is in its context.
  package final class Open {
    /// The resolvers of context complete it, before anybody else sees the event; then it may be that of several events.
    package var file: FileIdentity
    /// `O_*` of the architecture, as asked.
    package let flags: UInt32
    /// Permission bits as asked, before the umask.
    package let mode: UInt32
    /// What the file's context was taken from; `nil` as long as it has none.
    package private(set) var place: FilePlace?

    package init(file: FileIdentity, flags: UInt32, mode: UInt32) {
      self.file = file
      self.flags = flags
      self.mode = mode
    }

    /// The same open with its file in context, which `complete` fills in: this one, if it has none yet. `place` is what a
    /// later open has to have in common with it for the context to be the same; `nil` from `complete` if nothing will do.
    package func completed(_ complete: (inout FileIdentity) -> FilePlace?) -> Open {
      let open = place == nil ? self : Open(file: file, flags: flags, mode: mode)
      open.place = complete(&open.file) ?? .nowhere
      return open
    }
  }

  package struct Signal: BitwiseCopyable {
    package var number: UInt32
    /// tgid of the target in the initial pid namespace; 0 if unknown. Negative: a group, by the number of the process that
    /// made it; -1 all whom the sender may signal.
    package var target: Int32

    package init(number: UInt32, target: Int32) {
      self.number = number
      self.target = target
    }
  }

  package struct Chdir {
    package var file: FileIdentity
    /// The argument of chdir(2) as given; `""` for fchdir(2).
    package var argument: String

    package init(file: FileIdentity, argument: String) {
      self.file = file
      self.argument = argument
    }
  }
}
