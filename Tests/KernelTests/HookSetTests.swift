import Support
import Testing

/// Where functions of the kernel can be hooked, which this one may not allow.
@Suite(.kernel, .guest)
struct HookSetTests {
  @Test func `each type of events whose calls are hooked can have them hooked at functions`() throws {
    let told = try Outcome(of: [Program.martlet, "doctor", "--json", "--hooks", "functions"], seconds: 300)
    #expect(told.status == 0, "\(told.errors)")
    let checks = try told.output.lines.map { try JSON($0) }
    func finding(_ check: String) -> String? { checks.first { $0["check"].string == check }?["finding"].string }
    #expect(finding("calls, functions")?.contains(" chmod ") == true)
    #expect(finding("calls, tracepoints") == nil, "none is left to them")
    #expect(finding("name table") == "found")
    let inside = checks.filter { $0["check"].string?.contains(/^f(entry|exit)\//) == true }
    let lacking = inside.filter { $0["finding"].string != "loads" }.compactMap { $0["check"].string }
    // Before 6.2 access control lists have no functions of their own.
    #expect(lacking == (Kernel.isSince(6, 2) ? [] : ["fentry/vfs_set_acl", "fentry/vfs_remove_acl"]))
    #expect(inside.count > lacking.count)
  }
}
