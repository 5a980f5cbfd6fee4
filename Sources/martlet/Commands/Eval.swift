import ArgumentParser
import Glibc
import MartletModel
import MartletRules
import MartletSchema
import SECL

/// `martlet eval`: says whether a rule's expression holds for given field values.
struct Eval: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Evaluate a SECL expression on given field values.",
    discussion: """
      The values are one JSON object with a value for each field's name, such as \
      {"open.file.path": "/etc/shadow", "process.ancestors": [{"file.name": "sshd"}]}. Fields that are left out are \
      empty or zero. Addresses are texts such as "10.0.0.1" or "10.0.0.0/8".

      With --batch each line of FILE is a case of its own, an object with "expr" and optionally "type", "fields", \
      "macros", "variables" and "now", and is answered by one line: true, false, error:KIND, or error:input for a line \
      that is no case.

      EXAMPLES
        martlet eval 'open.file.path == "/etc/shadow"' --fields event.json
        martlet eval '${stage} == 2 && exec.comm == "sh"' --var stage=2 --fields - < event.json
        martlet eval --batch cases.jsonl

      EXIT STATUS
        0 if the expression is true; with --batch, if every line was a case
        1 if it is false
        2 if the expression cannot be compiled or the input cannot be used
      """)

  @Option(help: ArgumentHelp("The event's type; a rule about another type is false.", valueName: "type"))
  var type: String?
  @Option(help: ArgumentHelp("The field values as JSON; - for standard input.", valueName: "file"))
  var fields: String?
  @Option(
    name: .customLong("var"),
    help: ArgumentHelp(
      "A variable: true, false, an integer, a JSON array, or else a text. Repeatable.", valueName: "scope.name=value"))
  var variables: [String] = []
  @Option(help: ArgumentHelp("Answer one case a line; - for standard input.", valueName: "file"))
  var batch: String?
  @Argument(
    help: ArgumentHelp("The expression.", valueName: "expression"),
    completion: .custom { _, _, text in FieldSearch.completions(of: text) })
  var expression: String?

  func validate() throws {
    // Some types have no fields of their own.
    let types = Catalogue.shared.eventTypes + EventType.allCases.map(\.name)
    if let type, !types.contains(type) {
      throw ValidationError("no event type is called '\(type)'\(suggestion(for: type, in: types))")
    }
    let isAlone = expression == nil && type == nil && fields == nil && variables.isEmpty
    guard batch == nil ? expression != nil : isAlone else {
      throw ValidationError("Give either an expression or --batch, which takes no other option.")
    }
  }

  func run() throws {
    if let batch { try answerAll(of: batch) } else { try answer(expression ?? "") }
  }

  // MARK: One expression

  private func answer(_ expression: String) throws {
    do {
      var question = Question(expression: expression, eventType: type, now: nanosecondsNow)
      if let fields { question.fields = try readFields(of: fields) }
      question.variables = try variables.map(readVariable)
      let holds = try question.answer()
      print(holds)
      if !holds { throw ExitCode(ExitStatus.failure) }
    } catch Question.Failure.expression(let error) {
      for diagnostic in error.diagnostics {
        write("error: \(diagnostic.kind.rawValue): \(diagnostic.message)\n", to: STDERR_FILENO)
        write("  at \(diagnostic.excerpt(file: "expression"))\n", to: STDERR_FILENO)
      }
      throw ExitCode(ExitStatus.unusable)
    } catch Question.Failure.event(let mistake) {
      complain(mistake)
      throw ExitCode(ExitStatus.unusable)
    } catch let error as Unusable {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    } catch let error as InputError {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
  }

  // MARK: Many

  private func answerAll(of file: String) throws {
    var lines = CaseLines(now: nanosecondsNow)
    do {
      try readBytes(of: file) { lines.add($0) }
    } catch {
      complain(error)
      throw ExitCode(ExitStatus.unusable)
    }
    lines.finish()
    if !lines.areCases { throw ExitCode(ExitStatus.unusable) }
  }

  /// The cases of a batch as they come in, each answered by a line.
  private struct CaseLines: ~Copyable {
    let now: Int64
    var areCases = true
    private var rest: [UInt8] = []
    private var number = 0

    init(now: Int64) { self.now = now }

    mutating func add(_ bytes: some Sequence<UInt8>) {
      var answers = ""
      for byte in bytes {
        if byte != UInt8(ascii: "\n") { rest.append(byte) } else if let answer = answer() { answers += answer + "\n" }
      }
      write(answers, to: STDOUT_FILENO)
    }

    mutating func finish() {
      if !rest.isEmpty, let answer = answer() { write(answer + "\n", to: STDOUT_FILENO) }
    }

    /// The answer to the line that has been collected; nil to an empty one.
    private mutating func answer() -> String? {
      defer { rest.removeAll(keepingCapacity: true) }
      number += 1
      if rest.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }) { return nil }
      var reader = JSONReader()
      do {
        return try unsafe Question(reader.readValue(rest.span.bytes), now: now).answer() ? "true" : "false"
      } catch Question.Failure.expression(let error) {
        return "error:\(error.diagnostics.first?.kind.rawValue ?? "")"
      } catch {
        complain("line \(number): \(Self.reason(error))")
        areCases = false
        return "error:input"
      }
    }

    private static func reason(_ error: any Error) -> String {
      if case Question.Failure.event(let mistake) = error { return mistake.description }
      return "\(error)"
    }
  }
}
