import Support
import Testing

/// A call is held up after the kernel took its path, which is changed then.
@Suite(.kernel)
struct HeldCallTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    for name in ["a", "b"] { try place.file(name, "content") }
  }

  @Test(arguments: [("held-truncate", 0), ("held-open", 1)])
  func `a call is told with the file that the kernel came to, or carries the mark`(act: String, error: Int64) throws {
    let before = try Pattern.file(place["a"])
    let trace = try Trace([act, place.path])
    #expect(try trace.value("changed") == 1)
    #expect(try trace.value("error") == error)
    let own = trace.events("open", pid: try trace.pid).map { $0["file"] }
    let file = try #require(own.last { $0["path"].string?.hasPrefix(place.path) == true })
    if Kernel.seesInside || file["path_resolution_error"].isAbsent {
      expect(file, before.with(["flags": .anything, "destination": error == 0 ? .anything : .absent]))
    }
  }
}
