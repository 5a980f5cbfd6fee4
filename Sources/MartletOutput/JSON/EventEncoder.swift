package import MartletModel
import MartletSchema

/// Writes events as the JSON of the schema.
///
/// The top-level object is put together by hand, in the schema's order, from objects of the schema's types and from
/// text that does not change. That each event reads back as an `EventDocument` that writes the same bytes is tested.
package struct EventEncoder: ~Copyable {
  private var processes = ProcessRenderer()
  private var capabilities = Memo<UInt64, [String]>(capacity: 256) { Capabilities.table.names($0) }
  private var openFlags = Memo<UInt32, [UInt8]>(capacity: 1024) { flags in
    .rendered { $0.value(OpenFlags.names(UInt64(flags))) }
  }
  /// What the last event of each type began with, by `EventType.rawValue`.
  private var openings = [(opening: Opening, text: [UInt8])?](repeating: nil, count: 256)
  /// The member `usr` of the last event.
  private var user: (names: CredentialNames, text: [UInt8])?
  /// What was found out about the files of the event that is being written.
  private var findings = FileFindings()
  private var files = FileTexts()

  package init() {}

  /// Writes one event as one object, without a line end.
  package mutating func write(_ event: Event, match: Match, to text: inout SplicedText) {
    findings = match.findings
    text.own.beginObject()
    text.own.rendered(opening(of: event, match))
    text.own.member(EventDocument.Key.date, Timestamp(event.time))
    writeFile(event.activity.detail, event.type, event.process, to: &text.own)
    if case .exit(let exit) = event.activity.detail { text.own.member(EventDocument.Key.exit, ExitEvent(exit)) }
    text.own.key(EventDocument.Key.process)
    processes.write(
      event.process, tid: event.activity.tid, credentials: event.credentials, names: event.names,
      destination: destination(event), syscalls: syscalls(event), variables: match.process, findings: findings,
      to: &text)
    writeContainer(event.process.container, match.container, to: &text.own)
    if let network = MartletSchema.NetworkContext(event) { text.own.member(EventDocument.Key.network, network) }
    writeSpan(event.span, to: &text.own)
    if let profile = match.profile {
      text.own.member(EventDocument.Key.securityProfile, SecurityProfileContext(profile))
    }
    writeDetail(event, to: &text)
    writeNetwork(event.activity.detail, to: &text.own)
    writeUser(event.names, to: &text.own)
    writeSyscall(event.activity, to: &text.own)
    text.own.endObject()
    switch event.type {
    case .exit: processes.forget(event.process)
    case .exec: if let replaced = event.process.ancestor { processes.forget(replaced) }
    case .fork, .open, .setuid, .setgid, .capset, .signal, .chdir, .mkdir, .rmdir, .link, .rename, .unlink, .chmod,
      .chown, .utimes, .setxattr, .removexattr, .splice,
      .mount, .umount, .unshare, .mmap, .mprotect, .ptrace,
      .bpf, .loadModule, .unloadModule, .selinux, .bind, .dns, .imds, .connect, .accept, .session,
      .prctl, .setsockopt, .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      break
    }
  }

  private func syscalls(_ event: Event) -> SyscallsEvent? {
    if case .syscalls(let use) = event.activity.detail { Syscall.all(use) } else { nil }
  }

  /// Writes the object that only this type of event has.
  private mutating func writeDetail(_ event: Event, to text: inout SplicedText) {
    switch event.activity.detail {
    case .signal(let signal): writeSignal(signal, event.target, to: &text)
    case .selinux(let selinux): text.own.member(EventDocument.Key.selinux, SELinuxEvent(selinux))
    case .bpf(let bpf): text.own.member(EventDocument.Key.bpf, BPFEvent(bpf))
    case .mmap(let mmap): text.own.member(EventDocument.Key.mmap, MMapEvent(mmap, result: event.activity.result))
    case .mprotect(let mprotect): text.own.member(EventDocument.Key.mprotect, MProtectEvent(mprotect))
    case .ptrace(let ptrace): writePtrace(ptrace, event.target, to: &text)
    case .loadModule(let module): text.own.member(EventDocument.Key.module, ModuleEvent(module, isLoad: true))
    case .unloadModule(let module): text.own.member(EventDocument.Key.module, ModuleEvent(module, isLoad: false))
    case .splice(let splice): text.own.member(EventDocument.Key.splice, SpliceEvent(splice))
    case .mount(let mount): text.own.member(EventDocument.Key.mount, MountEvent(mount))
    case .syscalls(let use): text.own.member(EventDocument.Key.syscalls, Syscall.all(use))
    case .fork, .exec, .exit, .open, .credentials, .chdir, .umount, .unshare, .change, .bind, .packet, .connection,
      .session, .prctl, .setsockopt, .setrlimit, .sysctl, .cgroupWrite:
      break
    }
  }

  private mutating func opening(of event: Event, _ match: Match) -> [UInt8] {
    let opening = Opening(event, match)
    guard match.event.isEmpty, match.actions.isEmpty, match.matchedRules.isEmpty else {
      return .rendered { opening.write(to: &$0, match) }
    }
    let index = Int(event.type.rawValue)
    if let last = openings[index], last.opening == opening { return last.text }
    let text = [UInt8].rendered { opening.write(to: &$0) }
    openings[index] = (opening, text)
    return text
  }

  private func writeContainer(_ container: Container?, _ variables: Variables, to writer: inout JSONWriter) {
    writer.key(EventDocument.Key.container)
    writer.beginObject()
    if let container {
      writer.member(ContainerContext.Key.id, container.id)
      if let createdAt = container.createdAt { writer.member(ContainerContext.Key.createdAt, Timestamp(createdAt)) }
      if !variables.isEmpty { writer.member(ContainerContext.Key.variables, variables) }
    }
    writer.endObject()
  }

  private func writeSpan(_ span: TraceSpan?, to writer: inout JSONWriter) {
    writer.key(EventDocument.Key.dd)
    writer.beginObject()
    if let id = span.flatMap({ JSONInteger(nonZero: $0.spanID) }) { writer.member(DDContext.Key.spanID, id) }
    if let id = span.flatMap({ JSONInteger(nonZero: $0.traceID) }) { writer.member(DDContext.Key.traceID, id) }
    writer.endObject()
  }

  private mutating func writeUser(_ names: CredentialNames, to writer: inout JSONWriter) {
    if let user, user.names === names { return writer.rendered(user.text) }
    let text = [UInt8].rendered { writer in
      writer.key(EventDocument.Key.usr)
      writer.beginObject()
      if !names.user.isEmpty { writer.member(UserContext.Key.id, names.user) }
      if !names.group.isEmpty { writer.member(UserContext.Key.group, names.group) }
      writer.endObject()
    }
    user = (names, text)
    writer.rendered(text)
  }

  private mutating func writeFile(
    _ detail: Activity.Detail, _ type: EventType, _ image: ProcessImage, to writer: inout JSONWriter
  ) {
    switch detail {
    case .exec, .exit: write(image.executable, to: &writer)
    case .chdir(let chdir): write(chdir.file, to: &writer)
    case .change(let change): writer.member(of: change, type, findings)
    case .splice(let splice): if let file = splice.file { write(file, to: &writer) }
    case .open(let open): writer.rendered(text(of: open))
    case .mmap(let mmap): if let file = mmap.file { write(file, to: &writer) }
    case .loadModule(let module): if let file = module.file { write(file, to: &writer) }
    case .selinux(let selinux): write(selinux.file, to: &writer)
    case .cgroupWrite(let write): self.write(write.file, to: &writer)
    case .sysctl(let sysctl): write(sysctl.file, to: &writer)
    case .umount(let mounts):
      writer.member(EventDocument.Key.file, FileEvent(uid: 0, gid: 0, newMountID: JSONInteger(mounts.id)))
    case .fork, .credentials, .signal, .mount, .unshare, .mprotect, .ptrace, .bpf, .unloadModule, .bind, .packet,
      .connection, .session, .prctl, .setsockopt, .setrlimit, .syscalls:
      break
    }
  }

  private mutating func write(_ file: FileIdentity, to writer: inout JSONWriter) {
    writer.key(EventDocument.Key.file)
    writer.beginObject()
    if findings.isEmpty { files.write(file, to: &writer) } else { writer.members(of: file, finding: findings[file]) }
    writer.endObject()
  }

  /// The member `file` of an open, with the mode that a file which it may create is to have.
  private mutating func text(of open: Activity.Open) -> [UInt8] {
    if findings.isEmpty, let text = files.text(of: open) { return text }
    let text = [UInt8].rendered { writer in
      writer.key(EventDocument.Key.file)
      writer.beginObject()
      writer.members(of: open.file, flags: openFlags[open.flags], finding: findings[open.file])
      if UInt64(open.flags) & OpenFlags.create != 0 {
        writer.member(FileEvent.Key.destination, File(mode: JSONInteger(open.mode), uid: 0, gid: 0))
      }
      writer.endObject()
    }
    if findings.isEmpty { files.keep(text, of: open) }
    return text
  }

  private mutating func writeSignal(
    _ signal: Activity.Signal, _ target: ProcessImage?, to text: inout SplicedText
  ) {
    text.own.key(EventDocument.Key.signal)
    text.own.beginObject()
    text.own.member(SignalEvent.Key.type, Signals.name(Int32(truncatingIfNeeded: signal.number)))
    text.own.member(SignalEvent.Key.pid, JSONInteger(signal.target))
    write(target, as: SignalEvent.Key.target, to: &text)
    text.own.endObject()
  }

  private mutating func writePtrace(
    _ ptrace: Activity.Ptrace, _ tracee: ProcessImage?, to text: inout SplicedText
  ) {
    text.own.key(EventDocument.Key.ptrace)
    text.own.beginObject()
    text.own.member(PTraceEvent.Key.request, PtraceRequests.name(ptrace.request))
    text.own.member(PTraceEvent.Key.address, addressText(ptrace.address))
    write(tracee, as: PTraceEvent.Key.tracee, to: &text)
    text.own.endObject()
  }

  /// Writes the process that an event is aimed at, if there is one.
  private mutating func write(_ target: ProcessImage?, as key: JSONKey, to text: inout SplicedText) {
    guard let target else { return }
    text.own.key(key)
    processes.write(
      target, tid: target.pid, credentials: target.credentials, names: target.names, findings: findings, to: &text)
  }

  /// Writes the member that a type of the network family has of its own.
  private func writeNetwork(_ detail: Activity.Detail, to writer: inout JSONWriter) {
    switch detail {
    case .bind(let bind):
      writer.member(EventDocument.Key.bind, BindEvent(addr: IPPortFamily(bind.address)))
    case .packet(let packet):
      switch packet.content {
      case .dns(let question): writer.member(EventDocument.Key.dns, DNSEvent(question))
      case .imds(let message): writer.member(EventDocument.Key.imds, IMDSEvent(message))
      case .payload: break
      }
    case .fork, .exec, .exit, .open, .credentials, .signal, .chdir, .connection, .change, .splice, .mount, .umount,
      .unshare, .mmap, .mprotect, .ptrace, .bpf, .loadModule, .unloadModule, .selinux, .session, .prctl, .setsockopt,
      .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      break
    }
  }

  private func writeSyscall(_ activity: Activity, to writer: inout JSONWriter) {
    switch activity.detail {
    case .exec(let exec):
      writer.member(EventDocument.Key.syscall, SyscallContext(exec: SyscallArgs(path: exec.argument.orNil)))
    case .chdir(let chdir):
      writer.member(EventDocument.Key.syscall, SyscallContext(chdir: SyscallArgs(path: chdir.argument.orNil)))
    case .change(let change):
      guard activity.type == .chmod else { return }
      let mode = change.mode == 0 ? nil : JSONInteger(change.mode)
      writer.member(
        EventDocument.Key.syscall, SyscallContext(chmod: SyscallArgs(path: change.argument.orNil, mode: mode)))
    case .fork, .exit, .open, .credentials, .signal, .splice, .mount, .umount, .unshare, .mmap, .mprotect, .ptrace,
      .bpf,
      .loadModule, .unloadModule, .selinux, .bind, .packet, .connection, .session, .prctl, .setsockopt, .setrlimit,
      .sysctl, .cgroupWrite, .syscalls:
      break
    }
  }

  /// What a `setuid`, `setgid` or `capset` committed, in the shape that its type has.
  private mutating func destination(_ event: Event) -> JSONValue? {
    let new = event.activity.credentials
    let names = event.newNames ?? .none
    switch event.type {
    case .setuid:
      return .identity(
        ("uid", new.uid, "user", names.user), ("euid", new.euid, "euser", names.euser),
        ("fsuid", new.fsuid, "fsuser", names.fsuser))
    case .setgid:
      return .identity(
        ("gid", new.gid, "group", names.group), ("egid", new.egid, "egroup", names.egroup),
        ("fsgid", new.fsgid, "fsgroup", names.fsgroup))
    case .capset:
      return .object([
        "cap_effective": .array(capabilities[new.capEffective].map(JSONValue.string)),
        "cap_permitted": .array(capabilities[new.capPermitted].map(JSONValue.string)),
      ])
    case .fork, .exec, .exit, .open, .signal, .chdir, .mkdir, .rmdir, .link, .rename, .unlink, .chmod, .chown, .utimes,
      .setxattr, .removexattr, .splice,
      .mount, .umount, .unshare, .mmap, .mprotect, .ptrace,
      .bpf, .loadModule, .unloadModule, .selinux, .bind, .dns, .imds, .connect, .accept, .session, .prctl, .setsockopt,
      .setrlimit, .sysctl, .cgroupWrite, .syscalls:
      return nil
    }
  }
}

extension JSONValue {
  fileprivate static func identity(_ rows: (String, UInt32, String, String)...) -> JSONValue {
    var object = JSONObject()
    for (idKey, id, nameKey, name) in rows {
      object[idKey] = .integer(JSONInteger(id))
      if !name.isEmpty { object[nameKey] = .string(name) }
    }
    return .object(object)
  }
}

extension AgentContext {
  /// The agent as it signs what a rule of its own, or a policy's, let out.
  init(_ rule: RuleSignature, actions: [ActionReport] = []) {
    #if arch(x86_64)
      let arch = "x64"
    #elseif arch(arm64)
      let arch = "arm64"
    #endif
    self.init(
      ruleID: rule.id, ruleVersion: rule.version.orNil, ruleActions: actions.isEmpty ? nil : actions.map(\.json),
      policyName: rule.policyName.orNil, policyVersion: rule.policyVersion.orNil, version: Martlet.version, os: "linux",
      arch: arch, origin: "ebpf")
  }
}

extension ActionReport {
  fileprivate var json: JSONValue {
    switch self {
    case .hash(let path, let state):
      .object([
        "type": .string("hash"), "path": .string(path), "state": .string(state.rawValue), "trigger": .string("event"),
      ])
    case .kill(let report): .object(report.json)
    }
  }
}

extension KillReport {
  fileprivate var json: JSONObject {
    var object: JSONObject = [
      "type": .string("kill"), "signal": .string(signal), "scope": .string(scope), "status": .string(status.rawValue),
    ]
    if !disarmer.isEmpty { object["disarmer_type"] = .string(disarmer) }
    for (key, time) in [
      ("created_at", created), ("detected_at", detected), ("killed_at", killed), ("exited_at", exited),
    ] {
      if let time { object[key] = .string(Timestamp(time).description) }
    }
    if let created, let exited { object["ttr"] = .string(durationText(exited.nanoseconds &- created.nanoseconds)) }
    return object
  }
}

/// What an event begins with: few of these differ.
private struct Opening: Equatable {
  let rule: RuleSignature
  let type: EventType
  /// `nil` where nothing came out: of calls that were only counted.
  let outcome: Outcome?
  let isAsync: Bool

  init(_ event: borrowing Event, _ match: borrowing Match) {
    rule = match.rule
    type = event.type
    outcome = event.type == .syscalls ? nil : Outcome(returnValue: event.activity.result)
    isAsync = event.activity.isAsync
  }

  static func == (left: Opening, right: Opening) -> Bool {
    left.rule === right.rule && left.type == right.type && left.outcome == right.outcome
      && left.isAsync == right.isAsync
  }

  /// Writes the members `agent`, `title` and `evt`.
  func write(to writer: inout JSONWriter, _ match: Match? = nil) {
    let variables = match?.event ?? Variables()
    let others = match?.matchedRules ?? []
    writer.member(EventDocument.Key.agent, AgentContext(rule, actions: match?.actions ?? []))
    writer.member(EventDocument.Key.title, rule.title)
    writer.member(
      EventDocument.Key.evt,
      EventContext(
        name: type.name, category: type.category, outcome: outcome?.rawValue, async: isAsync ? true : nil,
        matchedRules: others.isEmpty ? nil : others.map(MatchedRule.init),
        variables: variables.isEmpty ? nil : variables))
  }
}

extension MatchedRule {
  fileprivate init(_ rule: RuleSignature) {
    self.init(
      id: rule.id, version: rule.version.orNil, tags: rule.tags.isEmpty ? nil : rule.tags,
      policyName: rule.policyName.orNil, policyVersion: rule.policyVersion.orNil)
  }
}

extension SecurityProfileContext {
  fileprivate init(_ finding: ProfileFinding) {
    self.init(
      name: finding.profile.name, version: finding.profile.version, tags: finding.profile.tags,
      eventInProfile: finding.isKnown, eventTypeState: finding.state.rawValue)
  }
}

extension SpliceEvent {
  fileprivate init(_ splice: Activity.Splice) {
    let table = PipeBufferFlags.table
    self.init(
      pipeEntryFlag: table.joined(UInt64(splice.entryFlag)), pipeExitFlag: table.joined(UInt64(splice.exitFlag)))
  }
}

extension ExitEvent {
  fileprivate init(_ exit: Activity.Exit) {
    let cause =
      switch exit.cause {
      case .exited: "EXITED"
      case .dumped: "COREDUMPED"
      case .signaled: "SIGNALED"
      }
    self.init(cause: cause, code: JSONInteger(exit.code))
  }
}
