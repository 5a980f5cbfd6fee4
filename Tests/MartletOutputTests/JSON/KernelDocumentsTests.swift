import MartletModel
import MartletSchema
import Testing

@testable import MartletOutput

/// Mounts, memory and what changes the kernel itself, as the schema has them.
struct KernelDocumentsTests {
  @Test(
    arguments: [
      (0x7f3c_1a00_0000, "0x7f3c1a000000"), (0, "0x0"), (-12, "0xfffffffffffffff4"),
    ] as [(Int64, String)])
  func `a mapping tells its address, or what came instead`(result: Int64, address: String) throws {
    var builder = EventBuilder()
    builder.result = result
    let event = builder.mmap(nil, protection: 7, flags: 0x22)
    #expect(
      event.json.contains(
        #""mmap":{"address":"\#(address)","offset":4096,"length":8192,"#
          + #""protection":"PROT_EXEC | PROT_READ | PROT_WRITE","flags":"MAP_ANONYMOUS | MAP_PRIVATE"}"#))
    #expect(try event.document.file == nil)
  }

  @Test func `no protection and no flag are empty texts`() throws {
    let mmap = try #require(try EventBuilder().mmap(nil, protection: 0, flags: 0).document.mmap)
    #expect(mmap.protection == "")
    #expect(mmap.flags == "")
  }

  @Test func `a protection is told with the names of areas`() throws {
    let mprotect = try #require(try EventBuilder().mprotect().document.mprotect)
    #expect(mprotect.vmStart == "0x1000")
    #expect(mprotect.vmEnd == "0x3000")
    #expect(
      mprotect.vmProtection
        == "VM_ACCOUNT | VM_MAYEXEC | VM_MAYREAD | VM_MAYWRITE | VM_READ | VM_WRITE")
    #expect(mprotect.reqProtection == "VM_EXEC | VM_READ | VM_WRITE")
  }

  @Test(
    arguments: [
      (16, "PTRACE_ATTACH"), (0, "PTRACE_TRACEME"), (0x420e, "PTRACE_GET_SYSCALL_INFO"), (99, "99"), (-1, "-1"),
    ] as [(Int64, String)])
  func `a request of ptrace has a name or a number`(request: Int64, name: String) throws {
    #expect(try EventBuilder().ptrace(request, tracee: 0).document.ptrace?.request == name)
  }

  @Test func `the tracee is a process with its own lineage, or not there`() throws {
    var builder = EventBuilder()
    builder.target = .image("victim", 4000)
    builder.target?.ancestor = .image("init", 1)
    let ptrace = try #require(try builder.ptrace(4, tracee: 4000).document.ptrace)
    #expect(ptrace.address == "0x7fff0000")
    #expect(ptrace.tracee?.pid == 4000)
    #expect(ptrace.tracee?.parent?.pid == 1)
    #expect(try EventBuilder().ptrace(0, tracee: 0).document.ptrace?.tracee == nil)
  }

  @Test(
    arguments: [
      (8, 0, "BPF_PROG_TYPE_CGROUP_SKB", "BPF_CGROUP_INET_INGRESS"),
      (8, 1, "BPF_PROG_TYPE_CGROUP_SKB", "BPF_CGROUP_INET_EGRESS"),
      (2, 0, "BPF_PROG_TYPE_KPROBE", nil), (30, 36, "BPF_PROG_TYPE_SK_LOOKUP", "BPF_SK_LOOKUP"),
      (26, 23, "BPF_PROG_TYPE_TRACING", "BPF_TRACE_RAW_TP"), (31, 39, nil, nil), (.max, .max, nil, nil),
    ] as [(UInt32, UInt32, String?, String?)])
  func `a program's attach type is counted as the kernel counts it`(
    type: UInt32, attachType: UInt32, typeName: String?, attachName: String?
  ) throws {
    let program = try #require(try EventBuilder().bpf(type: type, attachType: attachType).document.bpf?.program)
    #expect(program.programType == typeName)
    #expect(program.attachType == attachName)
  }

  @Test func `a bpf command tells its map, its program and the helpers by their names`() throws {
    let bpf = try #require(try EventBuilder().bpf().document.bpf)
    #expect(bpf.cmd == "BPF_PROG_LOAD")
    #expect(bpf.map?.name == "counts")
    #expect(bpf.map?.mapType == "BPF_MAP_TYPE_ARRAY")
    #expect(bpf.program?.name == "probe")
    #expect(bpf.program?.tag == "0aff000102030450")
    #expect(
      bpf.program?.helpers == ["BPF_MAP_LOOKUP_ELEM", "BPF_KTIME_GET_NS", "BPF_CGRP_STORAGE_GET", "helper_255"])
    #expect(try EventBuilder().bpf(helpers: nil).document.bpf?.program?.helpers == nil)
    #expect(try EventBuilder().bpf(command: 10).document.bpf?.cmd == "BPF_PROG_TEST_RUN")
    #expect(try EventBuilder().bpf(command: 36).document.bpf?.cmd == "")
  }

  @Test func `a load tells all of a module, an unload its name alone`() {
    #expect(
      EventBuilder().event(.loadModule, .loadModule(.sample)).json.contains(
        #""module":{"name":"dm_mod","loaded_from_memory":false,"argv":["a=1","b"],"args_truncated":false}"#))
    #expect(
      EventBuilder().event(.unloadModule, .unloadModule(.sample)).json.contains(#""module":{"name":"dm_mod"}"#))
  }

  private static let writes: [(Activity.SELinux.Change, Activity.SELinux.Status?, String)] = [
    (.boolean(name: "b", isOn: true), nil, #"{"bool":{"name":"b","state":"on"}}"#),
    (.boolean(name: "b", isOn: false), nil, #"{"bool":{"name":"b","state":"off"}}"#),
    (.boolean(name: "b", isOn: nil), nil, #"{"bool":{"name":"b","state":"error"}}"#),
    (.enforce(true), .enforcing, #"{"enforce":{"status":"enforcing"}}"#),
    (.disable(true), .disabled, #"{"enforce":{"status":"disabled"}}"#),
    (.enforce(nil), nil, #"{"enforce":{}}"#), (.commit(true), nil, #"{"bool_commit":{"state":true}}"#),
    (.commit(false), nil, #"{"bool_commit":{}}"#),
  ]

  @Test(arguments: writes)
  func `a write to SELinux is exactly one of its three kinds`(
    change: Activity.SELinux.Change, status: Activity.SELinux.Status?, text: String
  ) {
    #expect(EventBuilder().selinux(change, status: status).json.contains(#""selinux":\#(text),"#))
  }

  @Test func `a mount's two sides have what their names say`() throws {
    let event = EventBuilder().mount(.file("/srv/mnt"))
    #expect(
      event.json.contains(
        #""mount":{"mp":{"path":"/srv/mnt","inode":4711,"mount_id":26,"uid":0,"gid":0},"#
          + #""root":{"path":"/x","inode":4711,"mount_id":30,"uid":0,"gid":0},"mount_id":30,"parent_mount_id":26,"#
          + #""bind_src_mount_id":0,"device":8388610,"fs_type":"tmpfs","mountpoint.path":"/srv/mnt"}"#))
  }

  @Test func `a bind mount tells its source, and why that is not the kernel's word`() throws {
    let source = Activity.Mount.Source(mountID: 28, path: "/srv/x", pathError: .userString)
    let mount = try #require(
      try EventBuilder().mount(.file("/m", error: .truncated), source: source).document.mount)
    #expect(mount.bindSrcMountID == 28)
    #expect(mount.sourcePath == "/srv/x")
    #expect(mount.sourcePathError == "non critical path resolution error: caller_string")
    #expect(mount.mountpointPathError == "path resolution error: truncated_parents")
  }

  @Test func `an umount has a file of one number`() {
    let event = EventBuilder().event(.umount, .umount(.init(id: 30, all: [30])))
    #expect(event.json.contains(#""file":{"uid":0,"gid":0,"new_mount_id":30}"#))
  }
}
