import LinuxHost
import Testing

private func readMount(_ line: String) -> MountInfo? { MountInfo(line.utf8Span.span) }
private func readTable(_ text: String) -> MountTable { MountTable(text.utf8Span.span) }

private let host = """
  22 27 0:21 / /proc rw,relatime - proc proc rw
  23 27 0:22 / /sys rw,relatime - sysfs sysfs rw
  24 27 0:6 / /dev rw,relatime - devtmpfs devtmpfs rw,size=12334492k,nr_inodes=3083623,mode=755
  27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
  36 27 98:0 /mnt1 /mnt2 rw,noatime shared:7 master:1 propagate_from:2 unbindable - fuse.sshfs me@there:/ rw,errors=continue

  """

struct MountInfoTests {
  @Test func `the fields of a mount are read`() throws {
    let mount = try #require(
      readMount("36 35 98:1048575 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue"))
    #expect(mount.id == 36)
    #expect(mount.parent == 35)
    #expect(mount.device == DeviceNumber(major: 98, minor: 1_048_575))
    #expect(mount.root == "/mnt1")
    #expect(mount.mountPoint == "/mnt2")
    #expect(mount.options == "rw,noatime")
    #expect(mount.fileSystem == "ext3")
    #expect(mount.source == "/dev/root")
    #expect(mount.superOptions == "rw,errors=continue")
  }

  @Test(arguments: [
    ("/a\\040b", "/a b"), ("/tab\\011", "/tab\t"), ("/line\\012feed", "/line\nfeed"),
    ("/back\\134slash", "/back\\slash"),
    ("/back\\134040", "/back\\040"), ("\\043", "#"), ("/cut\\04", "/cut\\04"), ("/none\\", "/none\\"),
    ("/no\\089", "/no\\089"), ("/big\\777", "/big\\777"), ("/\\303\\244", "/ä"), ("/\\377", "/\u{FFFD}"),
  ])
  func `escapes of a path are decoded`(written: String, meant: String) throws {
    let mount = try #require(readMount("1 1 0:1 \(written) \(written) rw - tmpfs \(written) rw"))
    #expect(mount.root == meant)
    #expect(mount.mountPoint == meant)
    #expect(mount.source == meant)
  }

  @Test func `the source may be empty or a dash`() throws {
    let empty = try #require(readMount("40 27 0:35 / /x rw - tmpfs  rw,size=1k"))
    #expect(empty.source == "")
    #expect(empty.superOptions == "rw,size=1k")
    #expect(try #require(readMount("40 27 0:35 / /x rw - tmpfs - rw")).source == "-")
  }

  @Test(arguments: [
    "", " ", "-", "1", "1 2", "1 2 3:4", "1 2 3:4 / /x rw", "1 2 3:4 / /x rw -", "1 2 3:4 / /x rw - ext4",
    "1 2 3:4 / /x rw - ext4 dev", "1 2 3:4 / /x rw shared:1 ext4 dev rw", "1 2 3 / /x rw - ext4 dev rw",
    "1 2 3: / /x rw - ext4 dev rw", "1 2 :4 / /x rw - ext4 dev rw", "-1 2 3:4 / /x rw - ext4 dev rw",
    "4294967296 2 3:4 / /x rw - ext4 dev rw", "x 2 3:4 / /x rw - ext4 dev rw",
  ])
  func `a line of another shape is refused`(line: String) {
    #expect(readMount(line) == nil)
  }
}

struct MountTableTests {
  @Test func `mounts are found by id`() {
    let table = readTable(host)
    #expect(table.count == 5)
    #expect(table.malformedLines == 0)
    #expect(table[27]?.mountPoint == "/")
    #expect(table[27]?.fileSystem == "ext4")
    #expect(table[36]?.mountPoint == "/mnt2")
    #expect(table[36]?.fileSystem == "fuse.sshfs")
    #expect(table[28] == nil)
    #expect(table.all.map(\.id).sorted() == [22, 23, 24, 27, 36])
  }

  @Test func `a line that cannot be read costs only itself`() {
    let table = readTable("nonsense\n\n" + host + "37 27 98:0 / /cut rw - ex")
    #expect(table.count == 5)
    #expect(table.malformedLines == 3)
  }
}
