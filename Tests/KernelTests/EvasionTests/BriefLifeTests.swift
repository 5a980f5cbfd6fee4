import Foundation
import Support
import Testing

/// What lives for milliseconds is told whole, by what the kernel had of it while it was there.
@Suite(.kernel)
struct BriefLifeTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  @Test func `a hundred processes that only begin and end have all their context`() throws {
    let trace = try Trace(["exec-much", "50"])
    let executable = try Pattern.file(Program.actor)
    let execs = trace.events("exec").filter { $0["process"]["argv0"].string == "actor" }
    try #require(execs.count == 100)
    for exec in execs {
      let process = exec["process"]
      expect(process["executable"], executable)
      expect(process["args"], ["nothing"])
      expect(process["envs"], ["PATH=/usr/bin:/bin", "HOME"])
      expect(process["credentials"], .credentials())
      expect(process["source"], "event")
      #expect(try process["ancestors"].array.contains { $0["pid"].integer == (try trace.pid) })
    }
    let ended = Set(trace.events("exit").map { $0["process"]["pid"] })
    #expect(execs.allSatisfy { ended.contains($0["process"]["pid"]) })
  }

  @Test func `a mount namespace that is gone at once had the path that it had`() throws {
    for name in ["source", "target"] { try place.directory(name) }
    _ = try place.copy(Program.actor, as: "source/tool")
    let trace = try Trace(["brief-namespaces", place["source"], place["target"], "tool", "20"])
    let execs = trace.events("exec", path: place["target/tool"])
    #expect(execs.count == 20)
    for exec in execs {
      expect(exec["file"]["mount_path"], Pattern(place["target"]))
      #expect(exec["file"]["path_resolution_error"].isAbsent)
    }
  }
}
