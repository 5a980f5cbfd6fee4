import LinuxHost
import Testing

private let hex64 = "0123456789012345678901234567890123456789012345678901234567890123"
private let hex32 = "0123456789abcdef0123456789ABCDEF"
private let garden = "01234567-0123-4567-890a-bcde"

struct ContainerIDTests {
  @Test(arguments: [
    hex64, "aAbBcCdDeEfF2345678901234567890123456789012345678901234567890123", "\(hex32)-0123456789", "\(hex32)-7",
    garden,
  ])
  func `an id of each shape is found with and without neighbours`(id: String) {
    for path in [id, "/docker/\(id)", "prefix\(id)suffix", "/a/\(id).scope", "/\(id)/\(id)", "\u{00E4}\(id)\u{00E4}"] {
      #expect(ContainerID(cgroupPath: path)?.description == id, "in \(path)")
    }
  }

  @Test(arguments: [hex64, "\(hex32)-0123456789", garden])
  func `an id that goes on in hexadecimal digits is none`(id: String) {
    for digit in "afAF" {
      #expect(ContainerID(cgroupPath: "/\(digit)\(id)") == nil)
      #expect(ContainerID(cgroupPath: "/\(id)\(digit)") == nil)
    }
  }

  @Test func `the id is taken out of a scope of systemd`() {
    let id = "c40dff48ad18d8ab2ac9a7a5d3ea07b5d5a31f2f7b6f2dfd6a9cf7cf3d4042ad"
    let path =
      "/kubepods.slice/kubepods-pod48d25824_cbe2_4fdc_9928_5bb49e05473d.slice/cri-containerd-\(id).scope"
    #expect(ContainerID(cgroupPath: path)?.description == id)
  }

  @Test(arguments: [
    ("/ecs/\(hex32)/\(hex32)-012345678", "\(hex32)-012345678"),
    ("\(hex32)-abcdef6789/\(hex32)-0123456789", "\(hex32)-0123456789"),
    ("/abc/\(garden)", garden),
    ("/0123456701234567/\(garden)", garden),
    ("/01234567-0123-4567-890/\(hex64)", hex64),
  ])
  func `what almost is an id does not hide the one behind it`(path: String, id: String) {
    #expect(ContainerID(cgroupPath: path)?.description == id)
  }

  @Test func `nothing is looked for behind a match that was rejected`() {
    #expect(ContainerID(cgroupPath: "/\(hex64)0/\(hex64)") == nil)
    #expect(ContainerID(cgroupPath: "/\(garden)0/\(hex64)") == nil)
    #expect(ContainerID(cgroupPath: "/0\(hex32)-1/\(hex64)") == nil)
  }

  @Test(arguments: [
    ("/machine.slice/machine-web.scope/payload", "web"),
    (#"/machine.slice/machine-a\x2db.c_d.scope/payload/system.slice/cron.service"#, "a-b.c_d"),
    ("/machine.slice/systemd-nspawn@web.service/payload/init.scope", "web"),
    ("/machine.slice/machine-web.scope/payload/docker/\(hex64)", hex64),
  ])
  func `what runs in a machine of systemd-nspawn is in the container of that name`(path: String, id: String) {
    #expect(ContainerID(cgroupPath: path)?.description == id)
  }

  @Test(arguments: [
    "/machine.slice/machine-web.scope", "/machine.slice/machine-web.scope/supervisor", "/payload", "/web.scope/payload",
    "/machine-.scope/payload", "/machine-web.service/payload", "/machine-...scope/payload",
    #"/machine-\x2e\x2e\x2fetc.scope/payload"#, "/machine-\(hex32)\(hex32)a.scope/payload", "machine-é.scope/payload",
  ])
  func `what runs a machine, and what is named like one, is in none`(path: String) {
    #expect(ContainerID(cgroupPath: path) == nil)
  }

  @Test(arguments: [
    "", "/", "/user.slice", String(hex64.dropLast()), hex32, "\(hex32)-", "\(hex32)-x", "\(hex32)-12ab",
    "01234567-0123-4567-890a", "0123456-0123-4567-890a-bcde", "01234567_0123_4567_890a_bcde",
    "01234567-0123-4567-890a-bcd",
    "/system.slice/run-u12.service", "/\(hex32)\(hex32)\(hex32)",
    "/user.slice/user-1000.slice/user@1000.service/apps.slice/apps-org.gnome.Terminal.slice/"
      + "vte-spawn-f9176c6a-2a34-4ce2-86af-60d16888ed8e.scope",
  ])
  func `a path that names no container gives none`(path: String) {
    #expect(ContainerID(cgroupPath: path) == nil)
  }
}

struct CgroupMembershipTests {
  private func read(_ text: String) -> CgroupMembership { CgroupMembership(text.utf8Span.span) }

  @Test func `the hierarchies of both versions are read`() {
    let membership = read(
      """
      9:name=systemd:/
      4:memory:/process_api/68eea9bbc53df4fa9de411c2ac45805b
      2:cpu,cpuacct:/a:b
      0::/user.slice

      """)
    #expect(membership.entries.map(\.hierarchy) == [9, 4, 2, 0])
    #expect(membership.entries.map(\.controllers) == ["name=systemd", "memory", "cpu,cpuacct", ""])
    #expect(
      membership.entries.map(\.path) == ["/", "/process_api/68eea9bbc53df4fa9de411c2ac45805b", "/a:b", "/user.slice"])
    #expect(membership.unifiedPath == "/user.slice")
    #expect(membership.container == nil)
  }

  @Test func `the first path that names a container decides`() {
    let text = "5:cpu:/\n4:memory:/docker/\(hex64)0\n3:pids:/docker/\(hex64)\n0::/\(garden)\n"
    #expect(read(text).container?.description == hex64)
  }

  @Test(arguments: ["", "\n\n", "0", "0:", "0::", "x::/a", "-1::/a", "99999999999::/a", ":::"])
  func `a line of another shape is left out`(text: String) {
    #expect(read(text).entries.isEmpty)
    #expect(read(text).unifiedPath == nil)
  }

  @Test func `a process outside of the unified hierarchy has no path there`() {
    #expect(read("1:cpu:/\n").unifiedPath == nil)
  }
}
