import Foundation
import Glibc
import Support
import Testing

@Suite(.kernel)
struct ModuleTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test func `what is no module is told with its parameters, and refused or failed`() throws {
    let file = try place.file("module.ko", "no module")
    let words = ["module-failing", file, "a=1 b=2"]
    let trace = try Trace(words)
    let loads = trace.events("load_module")
    try #require(loads.count == 3)
    let argv: Pattern = ["a=1", "b=2"]
    expect(
      loads[0],
      .event(
        "load_module", "Kernel Activity", outcome: "Error", process: try .actor(trace, words),
        ["module": ["name": "", "loaded_from_memory": true, "argv": argv, "args_truncated": false]]))
    expect(
      loads[1],
      .event(
        "load_module", "Kernel Activity", outcome: "Error", process: try .actor(trace, words),
        [
          "file": try .file(file),
          "module": ["name": "", "loaded_from_memory": false, "argv": argv, "args_truncated": false],
        ]))
    // A kernel without modules knows no permission for them either.
    let refused = try trace.value("refused") == Int64(EPERM) ? "Refused" : "Error"
    expect(loads[2]["evt"]["outcome"], Pattern(refused))
    expect(loads[2]["module"], ["name": "", "loaded_from_memory": true, "args_truncated": false])
    expect(
      try trace.only("unload_module"),
      .event(
        "unload_module", "Kernel Activity", outcome: "Error", process: try .actor(trace, words),
        ["module": ["name": "no_such_module"]]))
  }

  @Test func `parameters that are too long are cut, and marked`() throws {
    let file = try place.file("module.ko", "no module")
    let trace = try Trace(["module-failing", file, String(repeating: "parameter=1 ", count: 2000)])
    let load = try #require(trace.events("load_module").first)
    #expect(load["module"]["args_truncated"] == .bool(true))
    #expect(load["module"]["argv"].array.count > 10)
  }
}
