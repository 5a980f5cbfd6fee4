import Foundation
import Glibc
import Support
import Testing

/// A network device of nothing, which many kernels have as a module; compressed or not.
private let moduleFile: String? = {
  let release = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
  let path = "/lib/modules/\(release.trimmingCharacters(in: .whitespacesAndNewlines))/kernel/drivers/net/dummy.ko"
  return [path, path + ".xz"].first { FileManager.default.fileExists(atPath: $0) }
}()

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

  /// The module, not compressed, in a place of our own.
  private func module() throws -> String {
    let found = try #require(moduleFile)
    guard found.hasSuffix(".xz") else { return try place.copy(found, as: "dummy.ko") }
    let copy = place["dummy.ko"]
    let xz = try Program(["/bin/sh", "-c", "xz -dc \(found) > \(copy)"])
    #expect(try xz.wait() == 0)
    return copy
  }

  @Test(.enabled(if: moduleFile != nil, "this kernel has no module to load"))
  func `a module is told by the kernel's name, from a file and from memory`() throws {
    let path = try module()
    let trace = try Trace(["module-load", path, "dummy", "numdummies=0"])
    let loads = trace.events("load_module")
    try #require(loads.count == 2)
    for (load, fromMemory) in zip(loads, [false, true]) {
      expect(load["evt"]["outcome"], "Success")
      expect(
        load["module"],
        [
          "name": "dummy", "loaded_from_memory": .value(.bool(fromMemory)), "argv": ["numdummies=0"],
          "args_truncated": false,
        ])
    }
    expect(loads[0]["file"]["path"], Pattern(path))
    #expect(loads[1]["file"].isAbsent)
    let unloads = trace.events("unload_module")
    try #require(unloads.count == 2)
    for unload in unloads { expect(unload["module"], ["name": "dummy"]) }
  }
}
