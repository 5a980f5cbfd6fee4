import Foundation
import Support
import Testing

/// A network device of nothing, which many kernels have as a module; compressed or not.
private let moduleFile: String? = {
  let path = (ProcessInfo.processInfo.environment["MARTLET_MODULES"] ?? "") + "/kernel/drivers/net/dummy.ko"
  return [path, path + ".xz"].first { FileManager.default.fileExists(atPath: $0) }
}()

/// Where modules can be loaded, and one is there.
@Suite(.kernel, .guest)
struct ModuleLoadTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// The module, not compressed, in a place of our own.
  private func module() throws -> String {
    let found = try #require(moduleFile)
    guard found.hasSuffix(".xz") else { return try place.copy(found, as: "dummy.ko") }
    let copy = place["dummy.ko"]
    let xz = try Program(["/bin/sh", "-c", "xz -dc \(found) > \(copy)"])
    #expect(try xz.wait() == 0)
    return copy
  }

  @Test func `a module is told by the kernel's name, from a file and from memory`() throws {
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
