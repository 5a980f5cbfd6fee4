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
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(loading)
    let error = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<RuleLoading>.fromOpaque(context).takeRetainedValue().load()
        return nil
      }, context.toOpaque())
    guard error == 0 else {
      unsafe context.release()
      return nil
    }
    pthread_detach(thread)
    return loading
  }

  private func load() {
    let result: Outcome
    do { result = .success(try source.load()) } catch { result = .failure(error) }
    outcome.withLock { $0 = result }
  }

  /// What it came to; `nil` while it goes on.
  var result: Outcome? { outcome.withLock { $0 } }
}
