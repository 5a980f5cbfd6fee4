import MartletOutput
import MartletRules

extension Configuration {
  /// What it names that `martlet run` would not find on this host.
  package var mistakesOnThisHost: [Mistake] {
    var mistakes: [Mistake] = []
    func note(_ name: String, _ error: some Error) {
      guard let setting = Setting.named(name) else { return }
      mistakes.append(Mistake(origin: value(of: setting).origin, message: "'\(name)': \(error)"))
    }
    let cgroup = text("scope.cgroup")
    do throws(ScopeError) {
      var options = AgentOptions()
      if !cgroup.isEmpty { try options.watchCgroup(at: cgroup) }
    } catch { note("scope.cgroup", error) }
    do throws(PolicyPathError) { _ = try RuleSource(self) { [] }.load() } catch { note("policies.paths", error) }
    let control = ControlOptions(path: text("control.path"), group: text("control.group"))
    guard !control.path.isEmpty else { return mistakes }
    do throws(ControlError) { try control.checkPath() } catch { note("control.path", error) }
    do throws(ControlError) { _ = try control.gid() } catch { note("control.group", error) }
    return mistakes
  }
}
