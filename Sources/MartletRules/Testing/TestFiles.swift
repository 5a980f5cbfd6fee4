/// Policies and the files of tests beside them: `NAME.test.yaml` beside `NAME.policy`.
public struct TestFiles: Sendable {
  /// What the names of files of tests end in.
  public static let suffix = ".test.yaml"

  /// The policies that are loaded together.
  public private(set) var policies: [PolicySource] = []
  /// The files of tests.
  public private(set) var tests: [PolicySource] = []
  /// The policies that ought to be tested, by their files: of a file of tests only the one beside it.
  private(set) var examined: Set<String> = []

  /// All of these policies, and tests of all of them.
  public init(policies: [PolicySource], tests: [PolicySource]) {
    self.policies = policies
    self.tests = tests
    examined = Set(policies.map(\.file))
  }

  /// The files at `paths`. Of a directory all policies and tests are taken; of a policy the file of tests beside it; of a
  /// file of tests all policies of its directory, as its rules may use the macros of others.
  ///
  /// - Throws: for the first path that cannot be read, and a directory without policies.
  public init(at paths: [String]) throws(PolicyPathError) {
    for path in paths {
      if let names = try PolicySource.names(in: path, ending: Self.suffix) {
        let directory = path.hasSuffix("/") ? path : "\(path)/"
        try add(policiesAt: path, isExamined: true)
        for name in names { try add(tests: directory + name) }
      } else if path.hasSuffix(Self.suffix) {
        try add(policiesAt: path.lastIndex(of: "/").map { String(path[...$0]) } ?? ".", isExamined: false)
        try add(tests: path)
        examined.insert(String(path.dropLast(Self.suffix.count)) + ".policy")
      } else {
        try add(policiesAt: path, isExamined: true)
        guard path.hasSuffix(".policy") else { continue }
        let beside = String(path.dropLast(".policy".count)) + Self.suffix
        if let bytes = try? PolicySource.bytes(of: beside) { add(PolicySource(file: beside, bytes), to: \.tests) }
      }
    }
  }

  private mutating func add(policiesAt path: String, isExamined: Bool) throws(PolicyPathError) {
    for source in try PolicySource.read([path]) {
      let file = source.file.hasPrefix("./") && path == "." ? String(source.file.dropFirst(2)) : source.file
      add(PolicySource(file: file, source.bytes), to: \.policies)
      if isExamined { examined.insert(file) }
    }
  }

  private mutating func add(tests path: String) throws(PolicyPathError) {
    add(PolicySource(file: path, try PolicySource.bytes(of: path)), to: \.tests)
  }

  /// Adds a file unless it is there.
  private mutating func add(_ source: PolicySource, to list: WritableKeyPath<TestFiles, [PolicySource]>) {
    if !self[keyPath: list].contains(where: { $0.file == source.file }) { self[keyPath: list].append(source) }
  }
}

extension PolicySource {
  fileprivate init(file: String, _ bytes: [UInt8]) {
    self.init(name: file.split(separator: "/").last.map(String.init) ?? file, file: file, bytes: bytes)
  }
}
