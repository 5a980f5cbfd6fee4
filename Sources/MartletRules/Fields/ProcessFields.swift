import MartletModel
import SECL

extension FieldRow {
  /// What is known of a process; each under the name of the process, such as `exec`.
  static func process<Place: PlaceOfProcess>(_ place: Place.Type) -> [FieldRow] {
    ofKind(lifetime(place)) + ofKind(identity(place)) + commandLine(place) + ofKind(surroundings(place))
  }

  /// The same rows, those marked that say what a process may have in common with others: what `ProcessKinds` compares.
  private static func ofKind(_ rows: [FieldRow]) -> [FieldRow] {
    rows.map { row in
      let isItsOwn = ["pid", "tid", "ppid", "created_at"].contains(row.name) || row.name.hasPrefix("user_session.")
      if isItsOwn { return row }
      var row = row
      row.traits.insert(.kind)
      return row
    }
  }

  private static func lifetime<Place: PlaceOfProcess>(_: Place.Type) -> [FieldRow] {
    [
      .int("pid", "Process id, in the initial pid namespace.") { Place.image($0)?.pid ?? 0 },
      .int("tid", "Id of the thread that acted; of another process, its process id.") { Place.tid($0) },
      .int("ppid", "Process id of the creator, whoever adopted the process since.") { Place.image($0)?.ppid ?? 0 },
      .bool("is_kworker", "It is a thread of the kernel.") { Place.image($0)?.isKernelWorker ?? false },
      .bool("is_thread", "It was forked and has not run a program of its own since.") {
        Place.image($0)?.isFork ?? false
      },
      .bool("is_exec", "It runs a program of its own.") { Place.image($0)?.isExec ?? false },
      .string("tty_name", "Controlling terminal, such as \"pts0\"; empty without one.") { Place.image($0)?.tty ?? "" },
      .string("comm", "The kernel's name for it: at most 15 bytes, which it may change.") {
        Place.image($0)?.comm ?? ""
      },
      .time("created_at", "When its program was started; for a fork, when its creator's was.") {
        Place.image($0)?.startTime
      },
      FieldRow(
        name: "file", docs: "The program's file; of a script, the script.",
        content: .group(.file, file(ExecutableFile<Place>.self))),
      FieldRow(
        name: "interpreter.file", docs: "What runs the script, if it is one.",
        content: .group(.file, file(InterpreterFile<Place>.self))),
    ]
  }

  private static func identity<Place: PlaceOfProcess>(_: Place.Type) -> [FieldRow] {
    [
      .int("uid", "Real user id.") { Place.credentials($0)?.uid ?? 0 },
      .int("gid", "Real group id.") { Place.credentials($0)?.gid ?? 0 },
      .string("user", "Name of the real user.") { Place.names($0)?.user ?? "" },
      .string("group", "Name of the real group.") { Place.names($0)?.group ?? "" },
      .int("euid", "Effective user id.") { Place.credentials($0)?.euid ?? 0 },
      .int("egid", "Effective group id.") { Place.credentials($0)?.egid ?? 0 },
      .string("euser", "Name of the effective user.") { Place.names($0)?.euser ?? "" },
      .string("egroup", "Name of the effective group.") { Place.names($0)?.egroup ?? "" },
      .int("fsuid", "User id that file permissions are checked against.") { Place.credentials($0)?.fsuid ?? 0 },
      .int("fsgid", "Group id that file permissions are checked against.") { Place.credentials($0)?.fsgid ?? 0 },
      .string("fsuser", "Name of the user that file permissions are checked against.") {
        Place.names($0)?.fsuser ?? ""
      },
      .string("fsgroup", "Name of the group that file permissions are checked against.") {
        Place.names($0)?.fsgroup ?? ""
      },
      .int(
        "auid", "User id of the login, whoever it became since.", constants: "AUDIT_AUID_UNSET", missing: "not read"),
      .int("cap_effective", "Capabilities in force, one bit each.", constants: "Kernel capabilities") {
        Place.credentials($0)?.capEffective ?? 0
      },
      .int("cap_permitted", "Capabilities that it may put in force, one bit each.", constants: "Kernel capabilities") {
        Place.credentials($0)?.capPermitted ?? 0
      },
      .int(
        "caps_attempted", "Capabilities that it asked for so far, one bit each.", constants: "Kernel capabilities",
        missing: "the kernel's checks are not watched"),
      .int(
        "caps_used", "Capabilities that it used so far, one bit each.", constants: "Kernel capabilities",
        missing: "the kernel's checks are not watched"),
    ]
  }

  private static func commandLine<Place: PlaceOfProcess>(_: Place.Type) -> [FieldRow] {
    [
      .string("argv0", "Element 0 of the command line, as its caller gave it.") {
        Place.image($0)?.arguments?.argv0 ?? ""
      },
      .string("args", "The command line behind element 0, joined by blanks; secrets are masked.") {
        Place.image($0)?.arguments?.joined ?? ""
      },
      .strings("argv", "The command line behind element 0; secrets are masked.") {
        Place.image($0)?.arguments?.args ?? []
      },
      .strings("args_flags", "Flags on the command line: `-ln` is `l`, `n` and `ln`, `--force` is `force`.") {
        Place.image($0)?.arguments?.flags ?? []
      },
      .strings("args_options", "Options on the command line: `--width=8` is `width=8`, `-T 8` is `T=8`.") {
        Place.image($0)?.arguments?.options ?? []
      },
      .bool("args_truncated", "The command line is longer than what was kept.") {
        Place.image($0)?.arguments?.argsTruncated ?? false
      },
      .strings("envs", "Names in the environment; a few, such as LD_PRELOAD, with their value.") {
        Place.image($0)?.arguments?.envs ?? []
      },
      .strings("envp", "The same as `envs`: of other variables the values are not kept.") {
        Place.image($0)?.arguments?.envs ?? []
      },
      .bool("envs_truncated", "The environment is longer than what was kept.") {
        Place.image($0)?.arguments?.envsTruncated ?? false
      },
    ]
  }

  private static func surroundings<Place: PlaceOfProcess>(_: Place.Type) -> [FieldRow] {
    [
      .string("container.id", "Id of its container; empty on the host.") { Place.image($0)?.container?.id ?? "" },
      .time("container.created_at", "When its container was created, or else when its first program was started.") {
        Place.image($0)?.container?.createdAt
      },
      .strings(
        "container.tags",
        "What its runtime knows of it, as KEY:VALUE: image_name, short_image, image_tag, container_name.",
        cost: 2
      ) { Place.image($0)?.container?.tags ?? [] },
      .string("cgroup.id", "Path of its cgroup.") { Place.image($0)?.cgroup ?? "" },
      .int("cgroup.version", "Version of its cgroup's hierarchy: 1 or 2.", missing: "not kept"),
      .int("cgroup.file.inode", "Inode number of its cgroup's directory.", missing: "not kept"),
      .int("cgroup.file.mount_id", "Id of the mount of its cgroup's directory.", missing: "not kept"),
      .int("user_session.id", "Number of the session that it belongs to.") { Place.image($0)?.userSession?.id ?? 0 },
      .int("user_session.session_type", "How the session was opened.", constants: "User session types") {
        Place.image($0)?.userSession?.kind.number ?? 0
      },
      .string("user_session.k8s_username", "Kubernetes user who opened the session.") {
        Place.image($0)?.userSession?.user.name ?? ""
      },
      .string("user_session.k8s_uid", "Kubernetes uid of that user.") { Place.image($0)?.userSession?.user.uid ?? "" },
      .strings("user_session.k8s_groups", "Kubernetes groups of that user.") {
        Place.image($0)?.userSession?.user.groups ?? []
      },
      .int(
        "user_session.ssh_auth_method", "How the user proved to be one to sshd.", constants: "SSH auth methods",
        missing: noSessions),
      .ip("user_session.ssh_client_ip", "Address that the user came from.", missing: noSessions),
      .int("user_session.ssh_port", "An older name of `ssh_client_port`.", missing: noSessions),
      .string("user_session.ssh_public_key", "Public key that opened the session.", missing: noSessions),
      .string("user_session.identity", "Who opened the session: the Kubernetes user.") {
        Place.image($0)?.userSession?.user.name ?? ""
      },
      .int("user_session.k8s_session_id", "Number of the Kubernetes session.") {
        Place.image($0)?.userSession.flatMap { $0.kind == .k8s ? $0.id : 0 } ?? 0
      },
      .int("user_session.ssh_session_id", "Number of the SSH session.", missing: noSessions),
      .int("user_session.ssh_client_port", "Port that the user came from.", missing: noSessions),
      .int("netns", "Inode number of its network namespace.", missing: "not read"),
      .int("mntns", "Inode number of its mount namespace.", missing: "not read"),
    ]
  }

  private static let noSessions = "sessions of sshd are not followed"
}

extension ProcessImage {
  fileprivate var isExec: Bool { !isFork && execTime != nil }
  fileprivate var startTime: Instant? { execTime ?? forkTime }
}
