package import MartletModel

/// Puts activities into their context: process, identity, names, mounts, container.
///
/// One thread feeds it, in the kernel's order.
package final class ContextResolver {
  private let lineage: Lineage
  private let accounts: AccountResolver
  private let mounts: MountResolver
  private let containers: ContainerResolver
  private let scrubber: Scrubber
  private let environment: EnvironmentFilter
  private var enforcement = Enforcement()
  private var sessions = SessionRegistry()
  private var credentials = CredentialRegistry()
  private var census: Census
  /// Processes of the first reading that were gone at the second.
  private var departed: [ProcessImage] = []
  /// What rules may ask of the files of events.
  package let files: FileResolver

  package init(
    host: any Host, clock: HostClock, scrubber: Scrubber = Scrubber(), environment: EnvironmentFilter = .init(),
    hashing: HashOptions = HashOptions()
  ) {
    files = FileResolver(host: host, options: hashing)
    let containers = ContainerResolver(host: host)
    let accounts = AccountResolver(host: host)
    self.containers = containers
    self.accounts = accounts
    lineage = Lineage(
      snapshot: Snapshot(
        host: host, clock: clock, containers: containers, accounts: accounts, environment: environment,
        scrubber: scrubber))
    mounts = MountResolver(host: host)
    census = Census(host: host, clock: clock)
    self.scrubber = scrubber
    self.environment = environment
  }

  /// Takes in a process that was there before the probes, with its ancestors.
  package func seed(pid: UInt32) {
    lineage.seed(pid)
    // Now, while it waits: a command that is short may be gone when its first record comes.
    mounts.learn(pid: pid)
  }

  // MARK: What already runs

  /// Takes in the processes that run before the probes are attached. `viewers` are some that together see all mounts.
  package func beginSnapshot(_ pids: [UInt32], viewers: [UInt32]) {
    for pid in census.begin(pids) { lineage.seed(pid) }
    for pid in viewers { mounts.learn(pid: pid) }
  }

  /// Takes in what changed until the probes were `attached`. No record may have been resolved yet.
  package func completeSnapshot(_ pids: [UInt32], viewers: [UInt32], attached: Instant, now: () -> Instant) {
    let (changed, gone) = census.complete(pids, attached: attached)
    departed = gone.compactMap(lineage.known)
    for pid in changed { lineage.seed(pid, now: now) }
    for pid in viewers { mounts.learn(pid: pid) }
    census = Census(host: census.host, clock: census.clock)
  }

  /// To be called once all records have been resolved that were written until the snapshot was complete: of who was gone
  /// by then and is still here, no end will be told.
  package func settleSnapshot() {
    lineage.forget(departed)
    departed = []
  }

  /// The processes that were there before the probes, each as if it had just called exec. First come those of which no
  /// record tells the same, and once the snapshot is settled those of which one might have.
  package func snapshotEvents(isSettled: Bool, at time: Instant) -> [Event] {
    lineage.seeded(mayBeAhead: isSettled).map { image in
      let exec = Activity.Exec(
        parentPID: image.ppid, comm: image.comm, tty: image.tty, cgroups: [image.cgroup], executable: image.executable,
        interpreter: image.interpreter, argument: "",
        argv: (image.arguments?.argv0).map { [$0] + (image.arguments?.args ?? []) } ?? [], argvTruncated: false,
        envp: image.arguments?.envs ?? [], envpTruncated: image.arguments?.envsTruncated ?? false)
      let activity = Activity(
        type: .exec, time: time, pid: image.pid, tid: image.pid, result: 0, isAsync: false,
        credentials: image.credentials, detail: .exec(exec))
      return event(activity, image)
    }
  }

  /// Dates what `/proc` tells from now on.
  package func setClock(_ clock: HostClock) { lineage.setClock(clock) }

  /// Forgets processes whose end nobody told, as it was lost or happened outside of the scope. To be called now and then.
  package func sweep(isAlive: (UInt32) -> Bool) { lineage.sweep(isAlive: isAlive) }

  /// Processes that are known to be alive.
  package var processCount: Int { lineage.count }

  /// What they run.
  package var images: [ProcessImage] { lineage.images }

  /// What was forgotten for want of room so far, by what it was. Caches of what can be asked again are not among it.
  package var evictions: [(name: String, count: UInt64)] {
    [
      ("processes", lineage.evictedProcesses), ("threads", lineage.evictedThreads), ("mounts", mounts.evictions),
      ("sessions", sessions.evictions),
    ]
  }

  /// Takes the secrets out of an activity, before anything else sees it. Doing it twice changes nothing more.
  package func scrub(_ activity: inout Activity) {
    guard case .exec(var exec) = activity.detail else { return }
    exec.argv = scrubber.scrub(exec.argv)
    exec.envp = environment.filter(exec.envp)
    activity.detail = .exec(exec)
  }

  /// The event that a scrubbed activity is, in context; `nil` for what only changes the context (a new thread).
  ///
  /// What the resolvers add to its files is in the activity afterwards.
  package func resolve(_ activity: inout Activity) -> Event? {
    credentials.expire(at: activity.time)
    switch activity.detail {
    case .fork(let fork):
      guard !fork.isThread else {
        lineage.beginThread(of: activity)
        return nil
      }
      let image = lineage.fork(fork, of: activity)
      // The exec time that it has is its creator's, who is outside.
      if !fork.cgroups.isEmpty { enter(fork.cgroups, image, firstSeen: nil) }
      if activity.credentials != image.ancestor?.credentials {
        image.names = accounts.names(of: image.credentials, of: image)
      }
      return event(activity, image)

    case .exec(let exec):
      let image = lineage.exec(exec, of: activity)
      credentials.hold(image)
      enter(exec.cgroups, image, firstSeen: image.execTime)
      image.arguments = arguments(exec)
      place(&image.executable, image)
      if var interpreter = image.interpreter {
        place(&interpreter, image)
        image.interpreter = interpreter
      }
      image.names = accounts.names(of: image.credentials, of: image)
      return event(activity, image)

    case .exit:
      sessions.forget(pid: activity.pid)
      return event(activity, lineage.exit(of: activity))

    case .open(let open):
      let image = lineage.image(of: activity.pid)
      if open.place?.isSame(as: filePlace(of: image)) != true { activity.detail = .open(completed(open, image)) }
      return event(activity, image)

    case .chdir(var chdir):
      let image = lineage.image(of: activity.pid)
      place(&chdir.file, image)
      activity.detail = .chdir(chdir)
      return event(activity, image)

    case .change(var change):
      let image = lineage.image(of: activity.pid)
      place(&change.file, image)
      if var destination = change.destination {
        place(&destination, image)
        change.destination = destination
      }
      activity.detail = .change(change)
      var event = event(activity, image)
      if activity.type == .chown {
        // What is kept has the number that is nobody's, and so no name.
        let owners = Credentials(uid: change.uid ?? .max, gid: change.gid ?? .max)
        event.newNames = accounts.names(of: owners, of: image)
      }
      return event

    case .splice(var splice):
      let image = lineage.image(of: activity.pid)
      if var file = splice.file {
        place(&file, image)
        splice.file = file
      }
      activity.detail = .splice(splice)
      return event(activity, image)

    case .bind, .connection, .prctl, .setsockopt, .sysctl, .syscalls:
      return event(activity, lineage.image(of: activity.pid))

    case .packet(let packet):
      if case .payload = packet.content { return nil }
      let image = lineage.image(of: activity.pid)
      if case .imds(let message) = packet.content, let got = message.credentials {
        credentials.give(got, to: image, at: activity.time)
      }
      return event(activity, image)

    case .session(let piece):
      sessions.take(piece, of: lineage.image(of: activity.pid))
      return nil

    case .credentials:
      let image = lineage.image(of: activity.pid)
      let before = lineage.credentials(of: activity)
      return Event(
        activity: activity, process: image, credentials: before, names: accounts.names(of: before, of: image),
        newNames: accounts.names(of: activity.credentials, of: image))

    case .signal(let signal):
      var event = event(activity, lineage.image(of: activity.pid))
      if signal.target > 0 { event.target = lineage.mention(of: UInt32(signal.target)) }
      return event

    case .ptrace(let ptrace):
      var event = event(activity, lineage.image(of: activity.pid))
      if ptrace.tracee != 0 { event.target = lineage.mention(of: ptrace.tracee) }
      return event

    case .setrlimit(let limit):
      var event = event(activity, lineage.image(of: activity.pid))
      if limit.target != 0 { event.target = lineage.mention(of: limit.target) }
      return event

    case .cgroupWrite(var write):
      let image = lineage.image(of: activity.pid)
      place(&write.file, image)
      activity.detail = .cgroupWrite(write)
      return event(activity, image)

    case .mount(var mount):
      let image = lineage.image(of: activity.pid)
      mounts.begin(mount.attached, origin: .event)
      place(&mount.mountPoint, image)
      place(&mount.root, image)
      activity.detail = .mount(mount)
      return event(activity, image)

    case .umount(let gone):
      mounts.end(gone.all)
      return event(activity, lineage.image(of: activity.pid))

    case .unshare(let new):
      mounts.begin(new.all, origin: .unshare)
      return nil

    case .mmap(var mmap):
      let image = lineage.image(of: activity.pid)
      if var file = mmap.file {
        place(&file, image)
        mmap.file = file
        activity.detail = .mmap(mmap)
      }
      return event(activity, image)

    case .loadModule(var module):
      let image = lineage.image(of: activity.pid)
      if var file = module.file {
        place(&file, image)
        module.file = file
        activity.detail = .loadModule(module)
      }
      return event(activity, image)

    case .selinux(var selinux):
      let image = lineage.image(of: activity.pid)
      place(&selinux.file, image)
      selinux.status = enforcement.status(after: selinux.change)
      activity.detail = .selinux(selinux)
      return event(activity, image)

    case .mprotect, .bpf, .unloadModule:
      return event(activity, lineage.image(of: activity.pid))
    }
  }

  /// To be called after the event has been delivered: what it changed holds from the next one on.
  package func settle(_ activity: Activity) {
    switch activity.detail {
    case .fork, .exec, .exit: return
    case .packet: return  // its identity is that of another moment
    case .open, .chdir, .change, .splice, .signal, .credentials,
      .mount, .umount, .unshare, .mmap, .mprotect, .ptrace,
      .bpf, .loadModule, .unloadModule, .selinux, .bind, .connection, .session, .prctl, .setsockopt, .setrlimit,
      .sysctl, .cgroupWrite, .syscalls:
      // What a closure takes hold of is copied first.
      let pid = activity.pid
      lineage.remember(activity) { accounts.names(of: $0, of: lineage.image(of: pid)) }
    }
  }

  /// An event of an activity that leaves the identity as it is.
  private func event(_ activity: Activity, _ image: ProcessImage) -> Event {
    let names =
      activity.credentials == image.credentials ? image.names : accounts.names(of: activity.credentials, of: image)
    return Event(activity: activity, process: image, credentials: activity.credentials, names: names)
  }

  private func enter(_ cgroups: [String], _ image: ProcessImage, firstSeen: Instant?) {
    let place = containers.place(cgroups: cgroups, firstSeen: firstSeen)
    if !place.cgroup.isEmpty { image.cgroup = place.cgroup }
    if let container = place.container { image.container = container }
  }

  private func place(_ file: inout FileIdentity, _ image: ProcessImage) {
    mounts.resolve(&file, pid: image.pid)
    accounts.nameOwners(of: &file, for: image)
  }

  /// An open whose file is in its context, which is the same for others as long as the place is.
  private func completed(_ open: Activity.Open, _ image: ProcessImage) -> Activity.Open {
    open.completed { file in
      place(&file, image)
      // Whose mount nobody could tell asks again the next time.
      guard file.mountID == 0 || file.mountOrigin != .unknown else { return nil }
      return filePlace(of: image)
    }
  }

  private func filePlace(of image: ProcessImage) -> FilePlace {
    FilePlace(container: image.container?.id ?? "", revision: mounts.revision &+ accounts.revision)
  }

  private func arguments(_ exec: Activity.Exec) -> Arguments {
    Arguments(
      argv0: exec.argv.first ?? "", args: Array(exec.argv.dropFirst()), argsTruncated: exec.argvTruncated,
      envs: exec.envp, envsTruncated: exec.envpTruncated)
  }
}
