import MartletModel
import MartletRules

/// Keeps the rules what the policies say: has them loaded anew when these change, or when it is told to.
struct RuleKeeper {
  /// What became of a new set of rules.
  enum Outcome {
    case loaded(LoadedRules)
    /// The rules stay as they are.
    case refused(String, LoadReport?)
  }

  private let source: RuleSource
  private let settling: Duration
  private var watch: PolicyWatch?
  private var loading: RuleLoading?
  /// When the policies are to be loaded anew.
  private var due: Moment?
  /// When they are at last, though they go on changing.
  private var lastDue: Moment?

  /// How many times as long as they must have been left alone is waited for that.
  private static let patience = 10

  /// - Parameter settling: how long policies must have been left alone since their last change; `nil`: changes are not
  ///   heeded.
  init(_ source: RuleSource, settling: Duration?) {
    self.source = source
    self.settling = settling ?? .zero
    watch = settling == nil || source.paths.isEmpty ? nil : PolicyWatch(source.paths)
  }

  /// Readable when a policy may have changed; -1 if that is not heeded.
  var descriptor: Int32 { watch?.descriptor ?? -1 }

  /// Has the policies loaded soon, whether they have changed or not.
  mutating func reload() { due = .now }

  private mutating func settle() {
    let last = lastDue ?? .now + settling * Self.patience
    lastDue = last
    due = min(.now + settling, last)
  }

  /// Takes note of changes.
  mutating func hear() { if watch?.hear() == true { settle() } }

  /// To be called once a second: looks for what was missing.
  mutating func tick() { if watch?.renew() == true { settle() } }

  /// Hears of changes again where somebody had this process close what it heard by, and tells whether that was so. What
  /// changed meanwhile is loaded.
  mutating func mend() -> Bool {
    guard let watch, watch.descriptor >= 0, !watch.isOpen else { return false }
    watch.forgetDescriptor()
    self.watch = PolicyWatch(source.paths)
    settle()
    return true
  }

  /// To be called often: begins what is due, and tells what came of it.
  mutating func poll() -> Outcome? {
    if let result = loading?.result {
      loading = nil
      switch result {
      case .success(let rules) where rules.report.hasUnusableFile:
        let files = Set(
          rules.report.diagnostics.filter { $0.severity == .error && $0.kind == .policy }.map(\.description))
        return .refused(files.sorted().joined(separator: "; "), rules.report)
      case .success(let rules): return .loaded(rules)
      case .failure(let error): return .refused(error.description, nil)
      }
    }
    guard loading == nil, let due, due <= .now else { return nil }
    (self.due, lastDue) = (nil, nil)
    loading = RuleLoading.begin(source)
    return loading == nil ? .refused("there is no thread to load them on", nil) : nil
  }
}
