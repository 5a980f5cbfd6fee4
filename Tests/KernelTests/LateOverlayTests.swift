import Support
import Testing

/// Overlayfs as a module that comes after the agent.
@Suite(.kernel, .guest)
struct LateOverlayTests {
  @Test func `an overlay tells its layers though its module was loaded later`() throws {
    let place = try Workplace()
    for name in ["lower", "upper", "work", "merged"] { try place.directory(name) }
    try place.file("lower/low", "a")
    let script = """
      $(cat /proc/sys/kernel/modprobe) overlay; sleep 6; cd $0; mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work none merged
      : <merged/low; umount merged
      """
    #expect(try Program(["/sbin/rmmod", "overlay"]).wait() == 0)
    let trace = try Trace(program: ["/bin/sh", "-c", script, place.path], options: ["--events", "open"])
    let file = try trace.only("open", path: place["merged/low"])["file"]
    expect(file["filesystem"], "overlay")
    expect(file["in_upper_layer"], false)
  }
}
