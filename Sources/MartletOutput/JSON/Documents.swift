import MartletModel
import MartletSchema

// The nouns of the engine as the types of the schema. What is empty or zero and not required stays out.

extension Timestamp {
  init(_ instant: Instant) { self.init(nanoseconds: instant.nanoseconds) }
}

extension String {
  /// `nil` for the empty text, which the schema omits.
  var orNil: String? { isEmpty ? nil : self }
}

extension JSONInteger {
  /// `nil` for zero, which the schema omits where a property is optional.
  init?(nonZero value: some FixedWidthInteger) {
    if value == 0 { return nil }
    // The one for UInt64 is not generic: another module's generic code is not specialised here.
    if let value = UInt64(exactly: value) { self.init(value) } else { self.init(value) }
  }
}

extension File {
  /// `hash_state` of a file that was not hashed.
  static var noHash: String { HashState.noHash.rawValue }

  init(_ file: FileIdentity, _ finding: FileFindings.Finding? = nil) {
    self.init(uid: JSONInteger(file.uid), gid: JSONInteger(file.gid))
    path = file.path.orNil
    name = file.name.orNil
    pathResolutionError = file.pathError?.text
    inode = JSONInteger(nonZero: file.inode)
    mode = JSONInteger(nonZero: file.mode)
    inUpperLayer = file.inUpperLayer
    mountID = JSONInteger(nonZero: file.mountID)
    filesystem = file.filesystem.orNil
    user = file.user.orNil
    group = file.group.orNil
    modificationTime = file.modified.map(Timestamp.init)
    changeTime = file.changed.map(Timestamp.init)
    packageName = finding?.package?.name
    packageVersion = finding?.package?.version.text.orNil
    hashes = finding?.hash.flatMap { $0.digests.isEmpty ? nil : $0.digests }
    hashState = finding?.hash?.state.rawValue ?? Self.noHash
    mountPath = file.mountPath.orNil
    mountSource = file.mountSource.rawValue
    mountOrigin = file.mountOrigin.rawValue
  }
}

extension PathError {
  /// The text of `path_resolution_error`: one of the reference's two prefixes and a stable word.
  package var text: String {
    switch self {
    case .truncated: "path resolution error: truncated_parents"
    case .detached: "non critical path resolution error: detached_mount"
    case .userString: "non critical path resolution error: caller_string"
    case .unknown: "path resolution error: path_not_read"
    }
  }
}

extension ContainerContext {
  /// On a host an object without members.
  init(_ container: Container?) {
    self.init()
    id = container?.id
    createdAt = container?.createdAt.map(Timestamp.init)
  }
}

extension UserSessionContext {
  init(_ session: UserSession) {
    let user = session.user
    self.init(
      id: session.idText, sessionType: session.kind.name, k8sUsername: user.name.orNil, k8sUid: user.uid.orNil,
      k8sGroups: user.groups.isEmpty ? nil : user.groups,
      k8sExtra: user.extra.isEmpty
        ? nil : JSONMembers(user.extra.map { JSONMembers.Member(name: $0.name, value: $0.values) }))
  }
}

extension ProcessCredentials {
  init(_ credentials: Credentials, _ names: CredentialNames, capabilities: (UInt64) -> [String]) {
    self.init(
      uid: JSONInteger(credentials.uid), user: names.user.orNil,
      gid: JSONInteger(credentials.gid), group: names.group.orNil,
      euid: JSONInteger(credentials.euid), euser: names.euser.orNil,
      egid: JSONInteger(credentials.egid), egroup: names.egroup.orNil,
      fsuid: JSONInteger(credentials.fsuid), fsuser: names.fsuser.orNil,
      fsgid: JSONInteger(credentials.fsgid), fsgroup: names.fsgroup.orNil,
      capEffective: capabilities(credentials.capEffective),
      capPermitted: capabilities(credentials.capPermitted))
  }
}

extension Process {
  /// One image of a lineage, acting with `credentials`.
  ///
  /// `stripped` leaves the arguments out: of two neighbouring ancestors that share one command line only the farther
  /// tells it.
  init(
    _ image: ProcessImage, credentials: Credentials, names: CredentialNames, stripped: Bool,
    findings: FileFindings = FileFindings(), capabilities: (UInt64) -> [String]
  ) {
    self.init(uid: JSONInteger(credentials.uid), gid: JSONInteger(credentials.gid))
    pid = JSONInteger(nonZero: image.pid)
    ppid = JSONInteger(nonZero: image.ppid)
    tid = JSONInteger(nonZero: image.pid)
    user = names.user.orNil
    group = names.group.orNil
    self.credentials = ProcessCredentials(credentials, names, capabilities: capabilities)
    source = image.source.rawValue
    if image.isKernelWorker {
      isKworker = true
      return
    }
    comm = image.comm.orNil
    tty = image.tty.orNil
    forkTime = image.forkTime.map(Timestamp.init)
    execTime = image.execTime.map(Timestamp.init)
    exitTime = image.exitTime.map(Timestamp.init)
    executable = File(image.executable, findings[image.executable])
    interpreter = image.interpreter.map { File($0, findings[$0]) }
    container = image.container.map { ContainerContext($0) }
    userSession = image.userSession.map(UserSessionContext.init)
    awsSecurityCredentials =
      image.awsCredentials.isEmpty ? nil : image.awsCredentials.map(AWSSecurityCredentials.init)
    isThread = image.isFork ? true : nil
    isExecChild = image.isExecChild ? true : nil
    guard !stripped, let arguments = image.arguments else { return }
    argv0 = arguments.argv0.orNil
    args = arguments.args.isEmpty ? nil : arguments.args
    argsTruncated = arguments.argsTruncated ? true : nil
    envs = arguments.envs.isEmpty ? nil : arguments.envs
    envsTruncated = arguments.envsTruncated ? true : nil
  }
}

extension Syscall {
  static func all(_ use: Activity.SystemCallUse) -> SyscallsEvent {
    use.numbers.map { Syscall(name: SystemCallNames.name($0), id: JSONInteger($0)) }
  }
}
