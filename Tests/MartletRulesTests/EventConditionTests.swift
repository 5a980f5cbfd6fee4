import MartletModel
import MartletRules
import SECL
import Testing

/// Conditions of those who look on.
struct EventConditionTests {
  private let exec = LiveEvent(Scene().exec())
  private let open = LiveEvent(Scene().open())

  @Test(arguments: [
    ("exec.comm == \"bash\"", true, false), ("process.comm == \"bash\"", true, true),
    ("process.comm == \"sh\"", false, false),
    ("open.file.path != \"\"", false, true), ("!(exec.comm == \"sh\")", true, false),
    ("fim.write.file.path != \"/nowhere\" || process.pid == 1234", false, true),
  ])
  func `a condition is false of events that it does not speak of`(text: String, ofExec: Bool, ofOpen: Bool) throws {
    let condition = try EventCondition(text)
    #expect(condition.holds(for: exec) == ofExec)
    #expect(condition.holds(for: open) == ofOpen)
  }

  @Test func `it tells the types that it can hold for`() throws {
    #expect(try EventCondition("exec.comm == \"x\"").types == [.exec])
    #expect(try EventCondition("process.uid == 0").types == nil)
    let writes = try EventCondition("fim.write.file.name == \"x\"").types
    #expect(writes == [.open, .chmod, .chown, .link, .rename, .unlink, .utimes])
  }

  @Test(arguments: [
    "exec.comm == \"x\" || open.file.path == \"y\"", "exec.nothing == 1", "process.comm", "process.comm ==",
    "exec.file.path == \"x\" && !chmod.file.uid",
  ])
  func `what no rule could be is refused`(text: String) {
    #expect(throws: CompilationError.self) { try EventCondition(text) }
  }
}
