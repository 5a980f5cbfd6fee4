import MartletContext
import MartletModel

/// Reads files on behalf of rules, without keeping the events waiting: for none longer than `patience`, and for all of a
/// second no more than is allowed.
final class LiveFiles {
  // Made when the first question comes, as most sessions have none. Two, for databases may take their time.
  private lazy var hashing = SideThread()
  private lazy var searching = SideThread()
  private let finder = PackageFinder()
  private var files = Allowance(perSecond: 500, atOnce: 1000)
  private var bytes = Allowance(perSecond: 32 << 20, atOnce: 128 << 20)

  /// How long an event waits for an answer at most.
  private let patience: Duration

  init(patience: Duration = .milliseconds(500)) { self.patience = patience }

  /// Digests of a file. One that cannot be read in time has failed, and until the thread is back from it, no other is
  /// tried.
  func hash(_ question: HashQuestion) -> FileHash {
    guard files.available() > 0 else { return FileHash(.hashWasRateLimited) }
    files.use(1)
    let hasher = FileHasher(question: question, allowance: bytes.available(), deadline: .now + patience)
    switch hashing.run(for: patience, { hasher.run() }) {
    case .done(let result):
      bytes.use(result.read)
      return result.hash
    case .late: return FileHash(.hashFailed)
    case .busy, .none: return FileHash(.hashWasRateLimited)
    }
  }

  /// The package of a path. Databases are read when the first path below their root is looked up; while that takes longer
  /// than an event can wait, no package is known.
  func package(_ question: PackageQuestion) -> SoftwarePackage? {
    guard case .done(let package) = searching.run(for: patience, { [finder] in finder.package(question) }) else {
      return nil
    }
    return package
  }
}
