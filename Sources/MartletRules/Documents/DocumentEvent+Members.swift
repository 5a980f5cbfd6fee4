import MartletModel
import MartletSchema

/// The members of an event's JSON, and the fields that each tells.
extension DocumentEvent {
  mutating func tell(_ document: EventDocument) {
    tell("event.timestamp", document.date)
    tell("event.async", document.evt?.async)
    tell("event.origin", document.agent.origin)
    tell("event.os", document.agent.os)
    tell("event.source", "runtime")
    tell(variables: document.evt?.variables, scope: "")
    tell(variables: document.container?.variables, scope: "container.")
    if let process = document.process {
      tell(variables: process.variables, scope: "process.")
      tell(process, under: "process")
      tell(process.ancestors ?? [], of: "process")
      if ["exec", "exit"].contains(type) { tell(process, under: type) }
      tellIdentity(process.credentials?.destination)
    }
    let isTransfer = document.ptrace?.request.hasPrefix("PROCESS_VM") ?? false
    if document.evt?.outcome == "Success", !isTransfer, !Self.returningNumbers.contains(type) {
      tell("\(type).retval", 0 as JSONInteger)
    }
    if let file = document.file { tellFile(file) }
    tellCall(document.syscall)
    tellOwn(document)
  }

  /// Types whose calls return more than 0 when they succeed, which the JSON does not tell.
  private static let returningNumbers: Set = ["accept", "bpf", "cgroup_write", "mmap", "prctl", "splice"]

  // MARK: Files

  private mutating func tellFile(_ file: FileEvent) {
    tell(file, under: "\(type).file")
    tell("open.flags", constants: type == "open" ? file.flags : nil)
    guard let destination = file.destination else { return }
    let prefix = "\(type).file.destination"
    switch type {
    case "open", "mkdir", "chmod":
      tell("\(prefix).mode", destination.mode)
      tell("\(prefix).rights", destination.mode.flatMap(\.unsigned).map { JSONInteger($0 & 0o7777) })
    case "chown":
      tell("\(prefix).uid", destination.uid)
      tell("\(prefix).gid", destination.gid)
    case "setxattr", "removexattr":
      tell("\(prefix).name", destination.attributeName)
      tell("\(prefix).namespace", destination.attributeNamespace)
    default: tell(destination, under: prefix)
    }
  }

  private mutating func tell(_ file: some DescribedFile, under prefix: String) {
    tell("\(prefix).path", file.path)
    tell("\(prefix).name", file.name)
    tell("\(prefix).extension", file.name?.lastIndex(of: ".").map { index in String((file.name ?? "")[index...]) })
    tell("\(prefix).inode", file.inode)
    tell("\(prefix).mode", file.mode)
    tell("\(prefix).rights", file.mode.flatMap(\.unsigned).map { JSONInteger($0 & 0o7777) })
    tell("\(prefix).in_upper_layer", file.inUpperLayer)
    tell("\(prefix).mount_id", file.mountID)
    tell("\(prefix).filesystem", file.filesystem)
    tell("\(prefix).uid", file.uid)
    tell("\(prefix).gid", file.gid)
    tell("\(prefix).user", file.user)
    tell("\(prefix).group", file.group)
    tell("\(prefix).modification_time", file.modificationTime)
    tell("\(prefix).change_time", file.changeTime)
    // These are absent where nobody looked as well as where there is none.
    if let name = file.packageName { tell("\(prefix).package.name", name) }
    if let version = file.packageVersion { tell("\(prefix).package.version", version) }
    if let hashes = file.hashes { tell("\(prefix).hashes", hashes) }
  }

  // MARK: Processes

  private mutating func tell(_ process: some DescribedProcess, under prefix: String) {
    let credentials = process.credentials
    tell("\(prefix).pid", process.pid)
    tell("\(prefix).ppid", process.ppid)
    tell("\(prefix).tid", process.tid)
    tell("\(prefix).uid", process.uid)
    tell("\(prefix).gid", process.gid)
    tell("\(prefix).user", process.user)
    tell("\(prefix).group", process.group)
    tell("\(prefix).comm", process.comm)
    tell("\(prefix).tty_name", process.tty)
    tell("\(prefix).created_at", process.execTime ?? process.forkTime)
    tell("\(prefix).is_thread", process.isThread)
    tell("\(prefix).is_kworker", process.isKworker)
    tell("\(prefix).is_exec", process.isThread != true && process.execTime != nil)
    if let executable = process.executable { tell(executable, under: "\(prefix).file") }
    tell("\(prefix).interpreter.file.path", process.interpreter?.path)
    tell("\(prefix).interpreter.file.name", process.interpreter?.name)
    if let interpreter = process.interpreter { tell(interpreter, under: "\(prefix).interpreter.file") }
    tell("\(prefix).euid", credentials?.euid)
    tell("\(prefix).egid", credentials?.egid)
    tell("\(prefix).euser", credentials?.euser)
    tell("\(prefix).egroup", credentials?.egroup)
    tell("\(prefix).fsuid", credentials?.fsuid)
    tell("\(prefix).fsgid", credentials?.fsgid)
    tell("\(prefix).fsuser", credentials?.fsuser)
    tell("\(prefix).fsgroup", credentials?.fsgroup)
    tell("\(prefix).cap_effective", constants: credentials?.capEffective)
    tell("\(prefix).cap_permitted", constants: credentials?.capPermitted)
    tell("\(prefix).container.id", process.container?.id)
    tell("\(prefix).container.created_at", process.container?.createdAt)
    tell(process.userSession, under: "\(prefix).user_session")
    tell("\(prefix).argv0", process.argv0)
    tell("\(prefix).argv", process.args)
    for derived in ["args", "args_flags", "args_options"] { tell("\(prefix).\(derived)", nil as String?) }
    tell("\(prefix).args_truncated", process.argsTruncated)
    tell("\(prefix).envs", process.envs)
    tell("\(prefix).envp", process.envs)
    tell("\(prefix).envs_truncated", process.envsTruncated)
  }

  private mutating func tell(_ session: UserSessionContext?, under prefix: String) {
    let id = session?.id.flatMap { UInt64($0, radix: 16) }.map { JSONInteger(Int64(bitPattern: $0)) }
    let isKubernetes = session?.sessionType == UserSession.Kind.k8s.name
    tell("\(prefix).id", id)
    tell("\(prefix).session_type", isKubernetes ? JSONInteger(UserSession.Kind.k8s.number) : nil)
    tell("\(prefix).k8s_session_id", isKubernetes ? id : nil)
    tell("\(prefix).identity", session?.k8sUsername)
    tell("\(prefix).k8s_username", session?.k8sUsername)
    tell("\(prefix).k8s_uid", session?.k8sUid)
    tell("\(prefix).k8s_groups", session?.k8sGroups)
  }

  /// Tells the ancestors of the process under `owner`, of which the nearest is its parent. One that shares its command
  /// line with the next leaves it out.
  private mutating func tell(_ ancestors: [Process], of owner: String) {
    var objects: [JSONObject] = []
    var names: Set<String> = []
    var later = ancestors[...]
    while let next = later.popFirst() {
      var ancestor = next
      if ancestor.argv0 == nil, ancestor.isThread == true, let shared = later.first(where: { $0.argv0 != nil }) {
        ancestor.argv0 = shared.argv0
        ancestor.args = shared.args
        ancestor.argsTruncated = shared.argsTruncated
        ancestor.envs = shared.envs
        ancestor.envsTruncated = shared.envsTruncated
      }
      forget(below: "\(owner).parent")
      tell(ancestor, under: "\(owner).parent")
      let members = members(below: "\(owner).parent")
      objects.append(members.values)
      names.formUnion(members.names)
    }
    forget(below: "\(owner).parent")
    if let first = objects.first {
      for member in first.members { tell("\(owner).parent.\(member.name)", member.value) }
    } else {
      for relatives in ["parent", "ancestors"] { tell(nothingBelow: "\(owner).\(relatives)") }
    }
    for name in names { tell("\(owner).parent.\(name)", nil as String?) }
    tell(objects: objects, of: "\(owner).ancestors", names: names)
  }

  /// Tells what a `setuid`, `setgid` or `capset` committed.
  private mutating func tellIdentity(_ destination: JSONValue?) {
    guard case .object(let new) = destination else { return }
    for member in new.members {
      if case .array(let names) = member.value {
        tell(
          "\(type).\(member.name)", constants: names.compactMap { if case .string(let name) = $0 { name } else { nil } }
        )
      } else {
        tell("\(type).\(member.name)", member.value)
      }
    }
  }

  // MARK: What is one type's own

  private mutating func tellCall(_ call: SyscallContext?) {
    tell("exec.syscall.path", call?.exec?.path)
    tell("chdir.syscall.path", call?.chdir?.path)
    tell("chmod.syscall.path", call?.chmod?.path)
    tell("chmod.syscall.mode", call?.chmod?.mode)
  }

  private mutating func tellOwn(_ document: EventDocument) {
    if let exit = document.exit {
      tell("exit.cause", constants: exit.cause)
      tell("exit.code", exit.code)
    }
    if let signal = document.signal {
      tell("signal.type", constants: signal.type)
      tell("signal.pid", signal.pid)
      if let target = signal.target {
        tell(target, under: "signal.target")
        tell(target.ancestors ?? [], of: "signal.target")
      }
    }
    if let mapping = document.mmap {
      tell("mmap.flags", constants: mapping.flags)
      tell("mmap.protection", constants: mapping.protection)
    }
    if let protection = document.mprotect {
      tell("mprotect.vm_protection", constants: protection.vmProtection)
      tell("mprotect.req_protection", constants: protection.reqProtection)
    }
    if let trace = document.ptrace {
      tell("ptrace.request", constants: trace.request)
      if let tracee = trace.tracee {
        tell(tracee, under: "ptrace.tracee")
        tell(tracee.ancestors ?? [], of: "ptrace.tracee")
      }
    }
    if let module = document.module {
      tell("\(type).name", module.name)
      tell("\(type).loaded_from_memory", module.loadedFromMemory)
      tell("\(type).argv", module.argv)
      tell("\(type).args", module.argv?.joined(separator: " "))
      tell("\(type).args_truncated", module.argsTruncated)
    }
    if let bind = document.bind {
      tell("bind.addr.family", constants: bind.addr.family)
      tell("bind.addr.ip", bind.addr.ip)
      tell("bind.addr.port", bind.addr.port)
    }
    tellFurther(document)
  }

  private mutating func tellFurther(_ document: EventDocument) {
    if let bpf = document.bpf {
      tell("bpf.cmd", constants: bpf.cmd)
      tell("bpf.map.name", bpf.map?.name)
      tell("bpf.map.type", constants: bpf.map?.mapType)
      tell("bpf.prog.name", bpf.program?.name)
      tell("bpf.prog.tag", bpf.program?.tag)
      tell("bpf.prog.type", constants: bpf.program?.programType)
      tell("bpf.prog.attach_type", constants: bpf.program?.attachType)
    }
    if let mount = document.mount {
      tell("mount.fs_type", mount.fsType)
      tell("mount.mountpoint.path", mount.mountpointPath)
      tell("mount.source.path", mount.sourcePath)
      tell("mount.root.path", mount.root?.path)
    }
    if let selinux = document.selinux {
      tell("selinux.bool.name", selinux.bool?.name)
      tell("selinux.bool.state", selinux.bool?.state)
      tell("selinux.bool_commit.state", selinux.boolCommit?.state)
      tell("selinux.enforce.status", selinux.enforce?.status)
    }
    if let splice = document.splice {
      tell("splice.pipe_entry_flag", constants: splice.pipeEntryFlag)
      tell("splice.pipe_exit_flag", constants: splice.pipeExitFlag)
    }
    if let dns = document.dns {
      tell("dns.id", dns.id)
      tell("dns.question.name", dns.question.name)
      tell("dns.question.type", constants: dns.question.type)
      tell("dns.question.class", constants: dns.question.class)
      tell("dns.question.count", dns.question.count)
      tell("dns.question.length", dns.question.size)
    }
    if let network = document.network {
      for (name, end) in [("source", network.source), ("destination", network.destination)] {
        tell("network.\(name).ip", end.ip)
        tell("network.\(name).port", end.port)
      }
      tell("network.l3_protocol", constants: network.l3Protocol)
      tell("network.l4_protocol", constants: network.l4Protocol)
      tell("network.size", network.size)
      if let device = network.device {
        tell("network.device.ifname", device.ifname)
        tell("network.device.netns", device.netns)
      }
    }
    if let imds = document.imds {
      tell("imds.type", imds.type)
      tell("imds.cloud_provider", imds.cloudProvider)
      tell("imds.url", imds.url)
      tell("imds.host", imds.host)
      tell("imds.user_agent", imds.userAgent)
      tell("imds.server", imds.server)
      tell("imds.aws.is_imds_v2", imds.aws?.isIMDSv2)
      tell("imds.aws.security_credentials.type", imds.aws?.securityCredentials?.type)
    }
  }
}

/// A file as the schema describes it, in whatever place.
private protocol DescribedFile {
  var path: String? { get }
  var name: String? { get }
  var inode: JSONInteger? { get }
  var mode: JSONInteger? { get }
  var inUpperLayer: Bool? { get }
  var mountID: JSONInteger? { get }
  var filesystem: String? { get }
  var uid: JSONInteger { get }
  var gid: JSONInteger { get }
  var user: String? { get }
  var group: String? { get }
  var modificationTime: Timestamp? { get }
  var changeTime: Timestamp? { get }
  var packageName: String? { get }
  var packageVersion: String? { get }
  var hashes: [String]? { get }
}

extension File: DescribedFile {}
extension FileEvent: DescribedFile {}

/// A process as the schema describes it, in whatever place.
private protocol DescribedProcess {
  var pid: JSONInteger? { get }
  var ppid: JSONInteger? { get }
  var tid: JSONInteger? { get }
  var uid: JSONInteger { get }
  var gid: JSONInteger { get }
  var user: String? { get }
  var group: String? { get }
  var comm: String? { get }
  var tty: String? { get }
  var forkTime: Timestamp? { get }
  var execTime: Timestamp? { get }
  var credentials: ProcessCredentials? { get }
  var executable: File? { get }
  var interpreter: File? { get }
  var container: ContainerContext? { get }
  var userSession: UserSessionContext? { get }
  var argv0: String? { get }
  var args: [String]? { get }
  var argsTruncated: Bool? { get }
  var envs: [String]? { get }
  var envsTruncated: Bool? { get }
  var isThread: Bool? { get }
  var isKworker: Bool? { get }
}

extension Process: DescribedProcess {}
extension ProcessContext: DescribedProcess {}
