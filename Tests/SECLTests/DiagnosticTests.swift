import MartletRules
import SECL
import Testing

/// What a mistake is answered with.
struct DiagnosticTests {
  /// The `^` stands before the token that is meant.
  @Test(arguments: [
    ("exec.comm == ^3", "string expected, found int"),
    ("^exec.com == \"a\"", "unknown field 'exec.com'; did you mean 'exec.comm'?"),
    ("exec.comm == \"a\" ||\n  exec.uid == ^\"0\"", "int expected, found string"),
    ("exec.uid == 1 && ^)", "unexpected ')'"),
    ("exec.uid == 1 &&^", "unexpected end of the expression"),
    ("open.retval in [ EPERM, ^EACCES] && true", "'EACCES]' is one name: a blank is missing before the bracket"),
    ("exec.uid in [1, 2^", "unexpected end of the expression"),
    ("exec.comm == \"é\" && ^exec.uid", "bool expected, found int"),
    ("exec.comm in [ \"a\", ^~\"b**\" ]", "'b**' has '**', which only paths have"),
    ("exec.comm == ^${process.pdi}", "unknown variable 'process.pdi'; did you mean 'process.pid'?"),
    ("open.retval == ^EPREM", "unknown field 'EPREM'; did you mean 'EPERM'?"),
    ("open.file.path == ^\"/a/\"", "'/a/' can never be in 'open.file.path': it ends in a slash"),
    ("exec.created_at < ^5ss", "'5ss' has no unit of time; use ms, s, m or h"),
  ])
  func `a diagnostic points at the mistake`(marked: String, message: String) throws {
    let parts = marked.split(separator: "^", omittingEmptySubsequences: false)
    let diagnostics = diagnose(parts.joined())
    let first = try #require(diagnostics.first)
    #expect(first.message == message)
    let before = parts[0].split(separator: "\n", omittingEmptySubsequences: false)
    #expect(first.position == SourcePosition(line: before.count, column: (before.last?.count ?? 0) + 1))
  }

  @Test func `one pass finds several mistakes`() {
    let kinds = diagnose("exec.com == 1 && exec.comm == 3 || exec.comm in [ ~\"**\", r\"(\" ]").map(\.kind)
    #expect(kinds == [.fieldNotFound, .type, .invalidPattern, .invalidRegexp])
  }

  @Test func `an excerpt shows the line and the column`() throws {
    let diagnostic = try #require(diagnose("true &&\n\texec.comm == 3").first)
    #expect(diagnostic.excerpt(file: "x.policy") == "x.policy:2:15\n  \texec.comm == 3\n  \t             ^")
  }
}

/// All that is wrong with the rule `text`.
func diagnose(_ text: String, macros: [Macro] = []) -> [Diagnostic] {
  do throws(CompilationError) {
    var scope = Scope(catalogue: Catalogue.shared)
    for macro in macros { try scope.define(macro) }
    _ = try scope.compile(rule: text)
    return []
  } catch {
    return error.diagnostics
  }
}
