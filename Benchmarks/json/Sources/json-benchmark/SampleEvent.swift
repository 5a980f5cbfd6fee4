import MartletSchema

/// An open by a program three forks away from init, with all that an agent says about it: about 3 KB.
func sampleEvent(number: Int) -> EventDocument {
  let start: Int64 = 1_727_877_000_123_456_789
  func time(_ second: Int64) -> Timestamp { Timestamp(nanoseconds: start + second * 1_000_000_007) }

  func file(_ path: String, inode: UInt64) -> File {
    File(
      path: path, name: String(path[path.lastIndex(of: "/").map(path.index(after:))!...]), inode: JSONInteger(inode),
      mode: 33261, mountID: 29, filesystem: "ext4", uid: 0, gid: 0, user: "root", group: "root",
      modificationTime: time(-86_400_000), changeTime: time(-86_000_000), hashState: "NoHash", mountPath: "/",
      mountSource: "mount_id", mountOrigin: "procfs")
  }
  let capabilities = ["CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_NET_BIND_SERVICE", "CAP_SETUID"]
  let credentials = ProcessCredentials(
    uid: 1000, user: "deploy", gid: 1000, group: "deploy", euid: 1000, euser: "deploy", egid: 1000, egroup: "deploy",
    fsuid: 1000, fsuser: "deploy", fsgid: 1000, fsgroup: "deploy", capEffective: [], capPermitted: capabilities)
  func ancestor(pid: Int, comm: String, path: String, argv: [String], isThread: Bool = false) -> Process {
    Process(
      pid: JSONInteger(pid), ppid: JSONInteger(pid - 1), tid: JSONInteger(pid), uid: 1000, gid: 1000, user: "deploy",
      group: "deploy", comm: comm, tty: "pts0", forkTime: time(Int64(pid)), execTime: time(Int64(pid) + 1),
      executable: file(path, inode: UInt64(131_090 + pid)), argv0: argv[0], args: Array(argv.dropFirst()),
      isThread: isThread ? true : nil, source: "event")
  }
  let shell = ancestor(pid: 4200, comm: "bash", path: "/usr/bin/bash", argv: ["bash", "/opt/deploy/run.sh", "--now"])
  let process = ProcessContext(
    pid: JSONInteger(4242 + number), ppid: 4200, tid: JSONInteger(4242 + number), uid: 1000, gid: 1000, user: "deploy",
    group: "deploy", comm: "python3", tty: "pts0", forkTime: time(100), execTime: time(101), credentials: credentials,
    executable: file("/usr/bin/python3.11", inode: 131_099), argv0: "python3",
    args: ["/opt/deploy/release.py", "--config", "/etc/deploy/production.toml", "--target=web-17.internal"],
    envs: ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME", "LANG", "TERM", "SHELL", "USER"], source: "event",
    parent: ancestor(pid: 4242, comm: "bash", path: "/usr/bin/bash", argv: ["bash"], isThread: true),
    ancestors: [shell])
  return EventDocument(
    agent: AgentContext(
      ruleID: "credential_file_opened", ruleVersion: "1.2.0", policyName: "default.policy", policyVersion: "1.31.0",
      version: "0.1.0", os: "linux", arch: "x64", origin: "ebpf"),
    title: "A file with credentials was opened by an interpreter",
    evt: EventContext(name: "open", category: "File Activity", outcome: "Success"),
    date: Timestamp(nanoseconds: start + Int64(number) * 12_345_678),
    file: FileEvent(
      path: "/etc/deploy/production.toml", name: "production.toml", inode: 18_014_398_509_481_985, mode: 33152,
      mountID: 29, filesystem: "ext4", uid: 0, gid: 1000, user: "root", group: "deploy",
      flags: ["O_RDONLY", "O_CLOEXEC"], modificationTime: time(-9_000), changeTime: time(-9_000),
      hashState: "NoHash", mountPath: "/", mountSource: "mount_id", mountOrigin: "procfs"),
    process: process, container: ContainerContext(), dd: DDContext(),
    usr: UserContext(id: "deploy", group: "deploy"))
}
