import CLinux
import Glibc
import MartletModel
import MartletSensor

/// What this kernel, this privilege and this machine allow.
package struct Diagnosis: Sendable {
  /// One thing that was tried.
  package struct Check: Sendable {
    package enum Result: Sendable {
      case fine
      /// Missing, and tracing works without it.
      case lacking
      /// Missing, and tracing does not work without it.
      case failed
    }

    package let name: String
    package let result: Result
    /// What was found.
    package let finding: String
    /// What its lack costs; `""` where nothing lacks.
    package let cost: String
  }

  package let checks: [Check]

  /// Whether tracing works.
  package var canTrace: Bool { !checks.contains { $0.result == .failed } }

  /// Tries everything, one thing after the other; attaches and detaches each probe with nothing in its scope.
  ///
  /// - Parameter hooks: where calls are to be hooked by what watches more than a command.
  package static func make(hooks: WatchHooks = .auto) -> Diagnosis {
    var checks = [kernel(), library(), privilege(), typeInformation(), justInTime(), cgroups()]
    checks += Hook.allCases.map(attach)
    checks += calls(hooks)
    checks += loaded() + [pidLookup()]
    checks += ProgramType.allCases.map(accepts)
    return Diagnosis(checks: checks)
  }

  /// The types of events that do not come on this kernel, by their names, and why.
  package static func absentEvents() -> [String: String] {
    var absent: [EventType: String] = KernelFeatures.hasSELinux ? [:] : [.selinux: "SELinux does not run"]
    if let features = try? KernelFeatures(), !features.has(.modules) {
      for type in [EventType.loadModule, .unloadModule] { absent[type] = "it loads no modules" }
    }
    return Dictionary(uniqueKeysWithValues: absent.map { ($0.name, $1) })
  }

  private static func kernel() -> Check {
    var name = utsname()
    unsafe uname(&name)
    let (release, machine) = unsafe (text(name.release), text(name.machine))
    let isKnown = ["x86_64"].contains(machine)
    return Check(
      name: "kernel", result: isKnown ? .fine : .failed, finding: "Linux \(release), \(machine)",
      cost: isKnown ? "" : "system call numbers of \(machine) are not known: no tracing")
  }

  private static func library() -> Check {
    Check(
      name: "C library", result: .fine, finding: unsafe "glibc \(String(cString: gnu_get_libc_version()))", cost: "")
  }

  private static func privilege() -> Check {
    let lack = Privilege.lack()
    return Check(
      name: "privilege", result: lack == nil ? .fine : .failed,
      finding: lack ?? "uid \(geteuid()), may load and attach BPF", cost: lack == nil ? "" : "no tracing")
  }

  private static func typeInformation() -> Check {
    do throws(SensorError) {
      _ = try KernelFeatures()
      return Check(name: "BTF", result: .fine, finding: "/sys/kernel/btf/vmlinux", cost: "")
    } catch {
      return Check(name: "BTF", result: .failed, finding: error.description, cost: "probes cannot adapt: no tracing")
    }
  }

  private static func justInTime() -> Check {
    let value = firstLine(of: "/proc/sys/net/core/bpf_jit_enable")
    // Kernels that always compile have no such file in some configurations.
    let isOff = value == "0"
    return Check(
      name: "BPF JIT", result: isOff ? .lacking : .fine, finding: isOff ? "off" : "on",
      cost: isOff ? "probes are interpreted, several times slower" : "")
  }

  private static func cgroups() -> Check {
    let mounts = lines(of: "/proc/self/mounts").map { $0.split(separator: " ") }.filter { $0.count > 2 }
    let hasV2 = mounts.contains { $0[2] == "cgroup2" }
    let hasV1 = mounts.contains { $0[2] == "cgroup" }
    let found = [hasV2 ? "v2" : nil, hasV1 ? "v1" : nil].compactMap(\.self).joined(separator: " and ")
    return Check(
      name: "cgroups", result: found.isEmpty ? .lacking : .fine, finding: found.isEmpty ? "not mounted" : found,
      cost: found.isEmpty ? "container ids may be missing" : "")
  }

  private static func attach(_ hook: Hook) -> Check {
    let name = hook.section
    do throws(SensorError) {
      if let feature = hook.feature, try !KernelFeatures().has(feature) {
        return Check(name: name, result: .lacking, finding: "not offered", cost: hook.cost)
      }
      var probes = try Probes.load(hooks: [hook])
      try probes.attach()
      return Check(name: name, result: .fine, finding: "attaches", cost: "")
    } catch {
      return Check(
        name: name, result: hook.isRequired ? .failed : .lacking, finding: error.briefly, cost: hook.cost)
    }
  }

  /// Where the calls of which events are hooked.
  private static func calls(_ set: WatchHooks) -> [Check] {
    // Attached are those of one event: the more there are the longer the kernel takes to be rid of them.
    var options = Probes.Options(events: [.chdir])
    options.loaded = Set(EventType.allCases)
    options.hooks = set == .auto ? .functions : set
    do throws(SensorError) {
      if set == .auto, let lack = WatchHooks.lackOfFunctions { throw lack }
      var probes = try Probes.load(options)
      try probes.attach()
      let hooks = probes.callHooks(of: options.loaded)
      return [
        Check(
          name: "calls, functions", result: .fine, finding: "\(hooks.functionCount): \(names(hooks.byFunctions))",
          cost: ""),
        Check(name: "calls, tracepoints", result: .fine, finding: names(hooks.byTracepoints), cost: ""),
      ].filter { !$0.finding.hasSuffix(nobody) } + InsideHook.allCases.map { inside($0, in: hooks.inside) }
    } catch {
      return [
        Check(
          name: "calls, functions", result: set == .functions ? .failed : .lacking, finding: error.briefly,
          cost: "each call of each process goes through two tracepoints, whether it is asked for or not")
      ]
    }
  }

  private static func inside(_ hook: InsideHook, in loaded: [InsideHook]) -> Check {
    let isLoaded = loaded.contains(hook)
    return Check(
      name: hook.section, result: isLoaded ? .fine : .lacking, finding: isLoaded ? "loads" : "not offered",
      cost: isLoaded ? "" : hook.cost)
  }

  private static let nobody = "none"

  private static func names(_ events: Set<EventType>) -> String {
    events.isEmpty ? nobody : events.map(\.name).sorted().joined(separator: " ")
  }

  /// Of these types only programs at raw tracepoints are needed today.
  private static func accepts(_ type: ProgramType) -> Check {
    let isAccepted = type.isAccepted
    return Check(
      name: type.rawValue, result: isAccepted ? .fine : .lacking, finding: isAccepted ? "loads" : "refused",
      cost: isAccepted ? "" : type.cost)
  }

  /// What shows once something is loaded.
  private static func loaded() -> [Check] {
    do throws(SensorError) {
      let probes = try Probes.load(hooks: [])
      _ = try probes.ring()
      return [
        Check(name: "ring buffer", result: .fine, finding: "can be mapped", cost: ""),
        nameTable(isFound: probes.haveNameTable),
      ]
    } catch {
      return [Check(name: "ring buffer", result: .failed, finding: error.briefly, cost: "no tracing")]
    }
  }

  private static func nameTable(isFound: Bool) -> Check {
    Check(
      name: "name table", result: isFound ? .fine : .lacking, finding: isFound ? "found" : "not found",
      cost: isFound
        ? ""
        : "in large directories calls take longer, and what is done by a name not used lately is told as not proven")
  }

  private static func pidLookup() -> Check {
    let has = (try? KernelFeatures().has(.taskFromVirtualPID)) ?? false
    return Check(
      name: "pid lookup", result: has ? .fine : .lacking, finding: has ? "bpf_task_from_vpid" : "not offered",
      cost: has ? "" : "signal.pid is 0 for senders in another pid namespace, and ptrace.tracee is missing")
  }
}

extension SensorError {
  /// The sentence without the verifier's log, which can be long, unless it is that that tells.
  fileprivate var briefly: String {
    if case .refused(let action, let errno, _) = self, isPermission {
      return SensorError.system(action, errno: errno).description
    }
    return String(description.prefix { $0 != "\n" })
  }
}

private func lines(of path: String) -> [Substring] {
  guard let file = unsafe fopen(path, "r") else { return [] }
  defer { unsafe fclose(file) }
  var text: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65536)
  while case let count = unsafe fread(&chunk, 1, chunk.count, file), count > 0 { text += chunk.prefix(count) }
  return String(decoding: text, as: UTF8.self).split(separator: "\n").map { Substring($0) }
}

private func firstLine(of path: String) -> String { lines(of: path).first.map(String.init) ?? "" }

/// The text of a C array of characters.
@unsafe private func text<Characters>(_ characters: Characters) -> String {
  unsafe withUnsafeBytes(of: characters) { bytes in unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
}
