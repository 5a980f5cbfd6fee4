import Glibc
import MartletRules
import Synchronization

/// Rules that are being read and compiled, on a thread of their own: events go on meanwhile.
final class RuleLoading: Sendable {
  typealias Outcome = Result<LoadedRules, PolicyPathError>

  private let source: RuleSource
  private let outcome = Mutex<Outcome?>(nil)

  private init(_ source: RuleSource) { self.source = source }

  /// Begins; `nil` when there is no thread to be had.
  static func begin(_ source: RuleSource) -> RuleLoading? {
    let loading = RuleLoading(source)
    return DetachedThread.begin({ loading.load() }) ? loading : nil
  }

  private func load() {
    let result: Outcome
    do { result = .success(try source.load()) } catch { result = .failure(error) }
    outcome.withLock { $0 = result }
  }

  /// What it came to; `nil` while it goes on.
  var result: Outcome? { outcome.withLock { $0 } }
}
