import MartletModel
import SECL

extension FieldRow<LiveProcess> {
  /// What is known of a process; each under the name of the process, such as `exec`.
  static let process: [FieldRow] = lifetime + identity + commandLine + surroundings

  private static let lifetime: [FieldRow] = [
    .int("pid", "Process id, in the initial pid namespace.") { $0.image.pid },
    .int("tid", "Id of the thread that acted; of another process, its process id.") { $0.tid },
    .int("ppid", "Process id of the creator, whoever adopted the process since.") { $0.image.ppid },
    .bool("is_kworker", "It is a thread of the kernel.") { $0.image.isKernelWorker },
    .bool("is_thread", "It was forked and has not run a program of its own since.") { $0.image.isFork },
    .bool("is_exec", "It runs a program of its own.") { !$0.image.isFork && $0.image.execTime != nil },
    .string("tty_name", "Controlling terminal, such as \"pts0\"; empty without one.") { $0.image.tty },
    .string("comm", "The kernel's name for it: at most 15 bytes, which it may change.") { $0.image.comm },
    .time("created_at", "When its program was started; for a fork, when its creator's was.") {
      $0.image.execTime ?? $0.image.forkTime
    },
    .file("file", "The program's file; of a script, the script.", .executable),
    .file("interpreter.file", "What runs the script, if it is one.", .interpreter),
  ]

  private static let identity: [FieldRow] = [
    .int("uid", "Real user id.") { $0.credentials.uid },
    .int("gid", "Real group id.") { $0.credentials.gid },
    .string("user", "Name of the real user.") { $0.names.user },
    .string("group", "Name of the real group.") { $0.names.group },
    .int("euid", "Effective user id.") { $0.credentials.euid },
    .int("egid", "Effective group id.") { $0.credentials.egid },
    .string("euser", "Name of the effective user.") { $0.names.euser },
    .string("egroup", "Name of the effective group.") { $0.names.egroup },
    .int("fsuid", "User id that file permissions are checked against.") { $0.credentials.fsuid },
    .int("fsgid", "Group id that file permissions are checked against.") { $0.credentials.fsgid },
    .string("fsuser", "Name of the user that file permissions are checked against.") { $0.names.fsuser },
    .string("fsgroup", "Name of the group that file permissions are checked against.") { $0.names.fsgroup },
    .int("auid", "User id of the login, whoever it became since.", constants: "AUDIT_AUID_UNSET", missing: "not read"),
    .int("cap_effective", "Capabilities in force, one bit each.", constants: "Kernel capabilities") {
      $0.credentials.capEffective
    },
    .int("cap_permitted", "Capabilities that it may put in force, one bit each.", constants: "Kernel capabilities") {
      $0.credentials.capPermitted
    },
    .int(
      "caps_attempted", "Capabilities that it asked for so far, one bit each.", constants: "Kernel capabilities",
      missing: "the kernel's checks are not watched"),
    .int(
      "caps_used", "Capabilities that it used so far, one bit each.", constants: "Kernel capabilities",
      missing: "the kernel's checks are not watched"),
  ]

  private static let commandLine: [FieldRow] = [
    .string("argv0", "Element 0 of the command line, as its caller gave it.") { $0.image.arguments?.argv0 ?? "" },
    .string("args", "The command line behind element 0, joined by blanks; secrets are masked.") {
      $0.image.arguments?.joined ?? ""
    },
    .strings("argv", "The command line behind element 0; secrets are masked.") { $0.image.arguments?.args ?? [] },
    .strings("args_flags", "Flags on the command line: `-ln` is `l`, `n` and `ln`, `--force` is `force`.") {
      $0.image.arguments?.flags ?? []
    },
    .strings("args_options", "Options on the command line: `--width=8` is `width=8`, `-T 8` is `T=8`.") {
      $0.image.arguments?.options ?? []
    },
    .bool("args_truncated", "The command line is longer than what was kept.") {
      $0.image.arguments?.argsTruncated ?? false
    },
    .strings("envs", "Names in the environment; a few, such as LD_PRELOAD, with their value.") {
      $0.image.arguments?.envs ?? []
    },
    .strings("envp", "The same as `envs`: of other variables the values are not kept.") {
      $0.image.arguments?.envs ?? []
    },
    .bool("envs_truncated", "The environment is longer than what was kept.") {
      $0.image.arguments?.envsTruncated ?? false
    },
  ]

  private static let surroundings: [FieldRow] = [
    .string("container.id", "Id of its container; empty on the host.") { $0.image.container?.id ?? "" },
    .time("container.created_at", "When the first program was started in its container.") {
      $0.image.container?.createdAt
    },
    .strings("container.tags", "Tags of its container, as KEY:VALUE.", cost: 2, missing: "no runtime is asked"),
    .string("cgroup.id", "Path of its cgroup.", missing: "not kept"),
    .int("cgroup.version", "Version of its cgroup's hierarchy: 1 or 2.", missing: "not kept"),
    .int("cgroup.file.inode", "Inode number of its cgroup's directory.", missing: "not kept"),
    .int("cgroup.file.mount_id", "Id of the mount of its cgroup's directory.", missing: "not kept"),
    .int("user_session.id", "Number of the session that it belongs to.", missing: noSessions),
    .int(
      "user_session.session_type", "How the session was opened.", constants: "User session types", missing: noSessions),
    .string("user_session.k8s_username", "Kubernetes user who opened the session.", missing: noSessions),
    .string("user_session.k8s_uid", "Kubernetes uid of that user.", missing: noSessions),
    .strings("user_session.k8s_groups", "Kubernetes groups of that user.", missing: noSessions),
    .int(
      "user_session.ssh_auth_method", "How the user proved to be one to sshd.", constants: "SSH auth methods",
      missing: noSessions),
    .ip("user_session.ssh_client_ip", "Address that the user came from.", missing: noSessions),
    .int("user_session.ssh_port", "An older name of `ssh_client_port`.", missing: noSessions),
    .string("user_session.ssh_public_key", "Fingerprint of the key that opened the session.", missing: noSessions),
    .string("user_session.identity", "Who opened the session, in words.", missing: noSessions),
    .int("user_session.k8s_session_id", "Number of the Kubernetes session.", missing: noSessions),
    .int("user_session.ssh_session_id", "Number of the SSH session.", missing: noSessions),
    .int("user_session.ssh_client_port", "Port that the user came from.", missing: noSessions),
    .int("netns", "Inode number of its network namespace.", missing: "not read"),
    .int("mntns", "Inode number of its mount namespace.", missing: "not read"),
  ]

  private static let noSessions = "sessions are not followed yet"
}
