import Foundation
import MartletRules
import MartletSchema
import SECL
import Testing

/// What the language says, as cases of `martlet eval --batch` with the answer that each must have.
struct LanguageTests {
  // Without its cases the suite has nothing to test, and must not pass.
  @Test(arguments: try! Row.all(in: "language") + Row.all(in: "more"))
  func `a case has the answer that the language says`(row: Row) throws {
    #expect(try row.answer() == row.expected)
  }

  /// A kind that no case asks for would not be noticed if it were never reported.
  @Test func `every kind of mistake has a case`() throws {
    let rows = try Row.all(in: "language") + Row.all(in: "more")
    let kinds = Set(rows.map(\.expected))
    #expect(Diagnostic.Kind.allCases.filter { !kinds.contains("error:\($0.rawValue)") } == [])
  }
}

/// One line of a file of cases.
struct Row: Sendable, CustomTestStringConvertible {
  let place: String
  let expected: String
  let question: Question
  let expression: String

  var testDescription: String { "\(place): \(expression)" }

  func answer() throws -> String {
    do {
      return try question.answer() ? "true" : "false"
    } catch .expression(let error) {
      return "error:\(try #require(error.diagnostics.first).kind.rawValue)"
    }
  }

  static func all(in name: String) throws -> [Row] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    let text = try String(contentsOf: folder.appending(path: "\(name).jsonl"), encoding: .utf8)
    return try text.split(separator: "\n").enumerated().map { number, line in
      var reader = JSONReader()
      guard case .object(var row) = try unsafe reader.readValue(Array(line.utf8).span.bytes),
        case .string(let expected) = row["expect"]
      else { throw CocoaError(.fileReadCorruptFile) }
      row["expect"] = nil
      let question = try Question(.object(row), now: 0)
      return Row(
        place: "\(name):\(number + 1)", expected: expected, question: question, expression: question.expression)
    }
  }
}
