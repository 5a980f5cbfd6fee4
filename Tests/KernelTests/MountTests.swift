import Glibc
import Support
import Testing

/// Every actor mounts in a mount namespace of its own.
@Suite(.kernel)
struct MountTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func ids(_ event: JSON) -> [JSON] {
    ["mount_id", "parent_mount_id", "bind_src_mount_id"].map { event["mount"][$0] }
  }

  @Test func `a new file system tells both of its sides`() throws {
    let words = ["mount", place.path]
    let trace = try Trace(words)
    let (mount, parent) = (Pattern(try trace.value("mount")), Pattern(try trace.value("parent")))
    expect(
      try trace.only("mount"),
      .event(
        "mount", "File Activity", process: try .actor(trace, words),
        [
          "mount": [
            "mp": [
              "path": Pattern(place["a"]), "inode": Pattern(try trace.value("point")), "mount_id": parent, "uid": 0,
              "gid": 0,
            ],
            "root": ["path": "/", "inode": Pattern(try trace.value("root")), "mount_id": mount, "uid": 0, "gid": 0],
            "mount_id": mount, "parent_mount_id": parent, "bind_src_mount_id": 0, "device": .anything,
            "fs_type": "tmpfs", "mountpoint.path": Pattern(place["a"]),
          ]
        ]))
  }

  @Test func `a bind mount tells its source, of several the one that was named`() throws {
    let trace = try Trace(["mount-bind", place.path])
    let events = trace.events("mount")
    try #require(events.count == 4, "one for each call, also for a recursive one")
    let source = JSON(try trace.value("source"))
    #expect(ids(events[0]) == [JSON(try trace.value("bind")), source, source])
    #expect(ids(events[2]) == [JSON(try trace.value("rbind")), source, source])
    #expect(ids(events[3]) == [JSON(try trace.value("third")), source, JSON(try trace.value("bind"))])
    let sides = [("b", "s/x", "s/x"), ("c", "s", "s"), ("d", "b/z", "s/x/z")]
    for (event, (point, source, root)) in zip([events[0], events[2], events[3]], sides) {
      expect(event["mount"]["mountpoint.path"], Pattern(place[point]))
      expect(event["mount"]["source.path"], Pattern(place[source]))
      expect(event["mount"]["root"]["path"], .matching(place[root].replacing("/", with: "\\/") + "$"))
      #expect(event["mount"]["source.path_error"].isAbsent)
    }
  }

  @Test func `mounts below a recursive bind mount are known from the event`() throws {
    let trace = try Trace(["mount-bind", place.path])
    let open = try trace.only("open", path: place["c/y"])
    expect(open["file"]["mount_id"], Pattern(try trace.value("below")))
    expect(open["file"]["mount_origin"], "event")
    expect(open["file"]["mount_path"], Pattern(place["c/y"]))
  }

  @Test func `a mount that moves is told where it is, by the kernel's path`() throws {
    let trace = try Trace(["mount-move", place.path])
    let events = trace.events("mount")
    try #require(events.count == 2)
    expect(events[1]["mount"]["mountpoint.path"], Pattern(place["m/n"]))
    expect(events[1]["mount"]["mount_id"], Pattern(try trace.value("mount")))
    expect(events[1]["mount"]["bind_src_mount_id"], 0)
    #expect(events[1]["mount"]["source.path"].isAbsent)
  }

  @Test func `mounts by descriptors are the same, and detached ones are none`() throws {
    let trace = try Trace(["mount-descriptors", place.path])
    let events = trace.events("mount")
    try #require(events.count == 3)
    let source = JSON(try trace.value("source"))
    #expect(ids(events[0]) == [JSON(try trace.value("new")), source, .signed(0)])
    #expect(ids(events[1]) == [JSON(try trace.value("clone")), source, source])
    #expect(ids(events[2]) == [JSON(try trace.value("moved")), source, .signed(0)])
    #expect(try trace.value("new") == trace.value("moved"))
    for (event, name) in zip(events, ["a", "b", "m"]) {
      expect(event["mount"]["mountpoint.path"], Pattern(place[name]))
    }
    expect(events[1]["mount"]["source.path"], Pattern(place["s"]))
    let detached = try #require(trace.events("open").first { $0["file"]["name"].string == "detached" })
    expect(detached["file"]["path_resolution_error"], "non critical path resolution error: detached_mount")
  }

  @Test func `of a mount and its copies the one that was asked for is told`() throws {
    let trace = try Trace(["mount-propagate", place.path])
    let events = trace.events("mount")
    try #require(events.count == 3)
    expect(events[2]["mount"]["mountpoint.path"], Pattern(place["s/x"]))
    expect(events[2]["mount"]["mount_id"], Pattern(try trace.value("own")))
    expect(try trace.only("umount")["file"]["new_mount_id"], Pattern(try trace.value("own")))
  }

  @Test func `where a path is too long for a mount, it says so of both sides`() throws {
    let trace = try Trace(["mount-deep", place.path, String(repeating: "n", count: 250), "20"])
    let mounts = trace.events("mount").map(\.["mount"])
    try #require(mounts.count == 2)
    for mount in mounts { expect(mount["mountpoint.path_error"], .matching("truncated_parents")) }
    expect(mounts[1]["source.path_error"], .matching("truncated_parents"))
  }

  @Test func `mounts that fail are no events`() throws {
    let trace = try Trace(["mount-failing", place.path])
    #expect(try trace.value("type") == Int64(ENODEV) && trace.value("missing") == Int64(ENOENT))
    #expect(try trace.value("refused") == Int64(EPERM) && trace.value("umount") == Int64(EPERM))
    #expect(trace.events("mount").isEmpty && trace.events("umount").isEmpty)
  }

  @Test func `an umount tells the topmost mount that went`() throws {
    let words = ["umount", place.path]
    let trace = try Trace(words)
    #expect(try trace.value("busy") == Int64(EBUSY))
    let events = trace.events("umount")
    try #require(events.count == 2)
    for (event, name) in zip(events, ["upper", "second"]) {
      expect(
        event,
        .event(
          "umount", "File Activity", process: try .actor(trace, words),
          ["file": ["uid": 0, "gid": 0, "new_mount_id": Pattern(try trace.value(name))]]))
    }
  }

  @Test func `the mounts of a new namespace are known from its beginning`() throws {
    let file = try place.file("file")
    let trace = try Trace(["namespaces", file])
    let events = trace.events("open", path: file)
    try #require(events.count == 3)
    #expect(events.map { $0["file"]["mount_origin"].string } == ["procfs", "unshare", "unshare"])
    #expect(Set(events.map { $0["file"]["mount_id"] }).count == 3)
    expect(events[2]["process"]["pid"], Pattern(try trace.value("child")))
    #expect(trace.events.allSatisfy { $0["evt"]["name"].string != "unshare" })
  }
}
