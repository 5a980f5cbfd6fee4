public import SECL

/// Something that is wrong, or odd, in a policy.
public struct PolicyDiagnostic: Error, Hashable, Sendable {
  /// What kind of mistake it is. The names are stable: they are what `martlet policy check --json` prints.
  public enum Kind: Hashable, Sendable {
    /// The file is no YAML, or not of the shape of a policy; nothing of it is used.
    case policy
    /// A rule that cannot be used for another reason than its expression.
    case rule
    /// A macro that cannot be used for another reason than its expression.
    case macroDefinition
    /// An action that cannot be used.
    case action
    /// A version constraint that is none.
    case agentVersion
    /// A mistake in an expression.
    case expression(Diagnostic.Kind)
    /// Something that loads and is probably not meant so.
    case lint(Lint)

    /// The stable name.
    public var name: String {
      switch self {
      case .policy: "policy"
      case .rule: "rule"
      case .macroDefinition: "macro"
      case .action: "action"
      case .agentVersion: "agent-version"
      case .expression(let kind): kind.rawValue
      case .lint(let lint): lint.rawValue
      }
    }
  }

  /// What loads and is probably not meant so.
  public enum Lint: String, Hashable, Sendable, CaseIterable {
    /// A key that nobody reads.
    case unknownKey = "unknown-key"
    /// No event can make the rule true.
    case neverTrue = "never-true"
    /// Two rules ask the same.
    case duplicateRule = "duplicate-rule"
    /// A later definition that changes nothing.
    case ignoredDefinition = "ignored-definition"
    /// A macro that no rule uses.
    case unusedMacro = "unused-macro"
    /// A variable that is set and never read.
    case unusedVariable = "unused-variable"
    /// No event of the rule's type is produced yet.
    case notProduced = "not-produced"
    /// A field that has no value on any event yet.
    case emptyField = "empty-field"
    /// A rule that no look-up finds: it is thought about at each event of its type.
    case noKey = "no-key"
    /// An action that is checked, and not done here.
    case undoneAction = "undone-action"
  }

  /// What it does to what it is about.
  public enum Severity: String, Hashable, Sendable {
    case error
    case warning
    case note
  }

  /// How bad it is.
  public let severity: Severity
  /// What kind it is.
  public let kind: Kind
  /// What is wrong, as a sentence without position: lower case, no full stop.
  public let message: String
  /// The file, as given by who loads it.
  public let file: String
  /// Where in the file.
  public let position: SourcePosition
  /// The line of the file at `position`; a window of it if it is long.
  public let sourceLine: String
  /// Characters of `sourceLine` before the place.
  public let indent: Int

  /// `FILE:LINE:COLUMN: MESSAGE`.
  public var description: String { "\(file):\(position): \(message)" }

  /// The line and a `^` under the place; empty if there is no line.
  public var excerpt: String {
    guard !sourceLine.isEmpty else { return "" }
    let indent = sourceLine.unicodeScalars.prefix(indent).map { $0 == "\t" ? "\t" : " " }.joined()
    return "  \(sourceLine)\n  \(indent)^"
  }
}

/// The text of one policy file as far as its mistakes need it.
struct PolicyText: Sendable {
  let file: String
  let lines: SourceLines

  init(_ source: PolicySource) {
    file = source.file
    lines = SourceLines(source.bytes)
  }

  /// What is wrong at `position` of the file.
  func diagnostic(
    _ kind: PolicyDiagnostic.Kind, _ message: String, at position: SourcePosition,
    severity: PolicyDiagnostic.Severity = .error
  ) -> PolicyDiagnostic {
    let (line, indent) = lines.excerpt(at: position)
    return PolicyDiagnostic(
      severity: severity, kind: kind, message: message, file: file, position: position, sourceLine: line, indent: indent
    )
  }

  /// The mistakes of `error`, as ones in the file. `place` tells where in the scalar's value a place in the expression is.
  func diagnostics(
    _ error: CompilationError, in scalar: YAMLScalar, place: (SourcePosition) -> SourcePosition = { $0 }
  ) -> [PolicyDiagnostic] {
    error.diagnostics.map { mistake in
      diagnostic(.expression(mistake.kind), mistake.message, at: lines.place(of: place(mistake.position), in: scalar))
    }
  }
}
