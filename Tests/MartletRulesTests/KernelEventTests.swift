import MartletModel
import MartletRules
import Testing

/// What rules see of events about files, memory and the kernel.
struct KernelEventTests {
  @Test(
    arguments: [
      (.mkdir, "mkdir.file.destination.mode == 01755 && mkdir.file.destination.rights == 01755"),
      (.mkdir, "mkdir.syscall.mode == 01755 && mkdir.syscall.path == \"data/../report.sh\""),
      (.chmod, "chmod.file.destination.mode == 01755 && chmod.file.destination.rights & S_ISVTX > 0"),
      (.chmod, "chmod.file.rights == 04755 && chmod.syscall.mode == 01755 && chmod.syscall.path != \"\""),
      (
        .rmdir,
        "rmdir.file.path == \"/srv/data/report.sh\" && rmdir.syscall.path =~ \"data/*\" && rmdir.retval == EPERM"
      ),
      (.unlink, "unlink.flags == 512 && unlink.syscall.flags & AT_REMOVEDIR > 0 && unlink.file.name == \"report.sh\""),
      (.utimes, "utimes.file.extension == \".sh\" && utimes.syscall.path != \"\" && utimes.retval == EPERM"),
      (.link, "link.file.name == \"report.sh\" && link.file.destination.path == \"/srv/new\" && link.retval < 0"),
      (.link, "link.syscall.path =~ \"data/*\" && link.syscall.destination.path =~ \"*/new\""),
      (.rename, "rename.file.destination.path == \"/srv/new\" && rename.file.destination.extension == \"\""),
      (.rename, "rename.syscall.path =~ \"data/*\" && rename.syscall.destination.path =~ \"*/new\""),
      (.setxattr, "setxattr.file.destination.name == \"security.capability\""),
      (.removexattr, "removexattr.file.destination.namespace == \"security\" && removexattr.file.uid == 33"),
    ] as [(EventType, String)])
  func `a rule knows a change of a file`(type: EventType, expression: String) throws {
    var scene = Scene()
    scene.result = -1
    let event = scene.change(type) { change in
      change.destination = type == .link || type == .rename ? Scene.file("/srv/new") : nil
      change.destinationArgument = "/srv/./new"
      change.mode = 0o1755
      change.flags = 512
      change.attribute = "security.capability"
    }
    #expect(try event.satisfies(expression))
  }

  @Test func `bits of a mode that the kernel does not look at are the caller's alone`() throws {
    let event = Scene().change(.chmod) { $0.mode = 0o177777 }
    #expect(try event.satisfies("chmod.file.destination.mode == 07777 && chmod.syscall.mode == 65535"))
  }

  @Test func `a chown tells whom the file goes to, and what it keeps`() throws {
    let event = Scene().change(.chown, newNames: CredentialNames(user: "root")) { $0.uid = 0 }
    #expect(try event.satisfies("chown.file.destination.uid == 0 && chown.file.destination.user == \"root\""))
    #expect(try event.satisfies("chown.file.destination.gid == -1 && chown.file.destination.group == \"\""))
    #expect(try event.satisfies("chown.syscall.uid == 0 && chown.syscall.gid == -1 && chown.file.uid == 33"))
  }

  @Test(arguments: [
    "splice.file.path == \"/etc/passwd\" && splice.pipe_exit_flag & PIPE_BUF_FLAG_CAN_MERGE > 0",
    "splice.pipe_entry_flag == 0 && splice.retval == 0",
  ])
  func `a rule knows a splice`(expression: String) throws { #expect(try Scene().splice().satisfies(expression)) }

  @Test(arguments: [
    "mount.fs_type == \"xfs\" && mount.mountpoint.path == \"/mnt/host\" && mount.root.path == \"/etc\"",
    "mount.source.path == \"/host/etc\" && mount.syscall.source.path =~ \"*host/etc\"",
    "mount.visible && !mount.detached",
  ])
  func `a rule knows a mount`(expression: String) throws { #expect(try Scene().mount().satisfies(expression)) }

  @Test func `a mount below one that hangs nowhere is detached`() throws {
    #expect(try Scene().mount(.detached).satisfies("mount.detached && !mount.visible"))
  }

  @Test(arguments: [
    "mmap.file.path == \"/tmp/x.so\" && mmap.protection == PROT_READ | PROT_EXEC && mmap.flags == MAP_PRIVATE",
    "mmap.retval == 139637976727552",
  ])
  func `a rule knows a mapping`(expression: String) throws {
    var scene = Scene()
    scene.result = 0x7f00_0000_0000
    #expect(try scene.mmap().satisfies(expression))
  }

  @Test func `a rule knows protections before and after`() throws {
    let rule =
      "mprotect.req_protection & (VM_WRITE|VM_EXEC) == VM_WRITE | VM_EXEC && mprotect.vm_protection & VM_EXEC == 0"
    #expect(try Scene().mprotect().satisfies(rule))
  }

  @Test(arguments: [
    "ptrace.request == PTRACE_ATTACH && ptrace.tracee.comm == \"nginx\" && ptrace.tracee.pid == 99",
    "ptrace.tracee.file.path == \"/usr/bin/nginx\" && ptrace.tracee.ancestors[A].pid == 700",
    "ptrace.tracee.parent.comm == \"sshd\" && ptrace.tracee.ancestors.length == 1",
  ])
  func `a rule knows who is traced`(expression: String) throws { #expect(try Scene().ptrace().satisfies(expression)) }

  @Test(arguments: [
    "bpf.cmd == BPF_PROG_LOAD && bpf.prog.type == BPF_PROG_TYPE_SOCK_OPS && bpf.prog.name == \"probe\"",
    "bpf.prog.helpers in [ BPF_PROBE_WRITE_USER ] && bpf.prog.helpers not in [ BPF_OVERRIDE_RETURN ]",
    "bpf.prog.attach_type == BPF_CGROUP_SOCK_OPS && bpf.prog.tag =~ \"0aff*\"",
    "bpf.map.name == \"counts\" && bpf.map.type == BPF_MAP_TYPE_HASH && bpf.retval == 0",
  ])
  func `a rule knows a command of bpf`(expression: String) throws { #expect(try Scene().bpf().satisfies(expression)) }

  @Test(
    arguments: [
      (.loadModule, "load_module.name == \"rootkit\" && load_module.file.path == \"/tmp/rootkit.ko\""),
      (.loadModule, "load_module.args == \"hide=1 b\" && load_module.argv in [ \"b\" ] && load_module.args_truncated"),
      (.loadModule, "load_module.loaded_from_memory == false && load_module.retval == 0"),
      (.unloadModule, "unload_module.name == \"rootkit\" && unload_module.retval == 0"),
    ] as [(EventType, String)])
  func `a rule knows a module`(type: EventType, expression: String) throws {
    #expect(try Scene().module(type).satisfies(expression))
  }

  @Test(
    arguments: [
      (.enforce(false), .permissive, "selinux.enforce.status == \"permissive\" && selinux.bool.name == \"\""),
      (
        .boolean(name: "httpd_can", isOn: true), nil,
        "selinux.bool.name == \"httpd_can\" && selinux.bool.state == \"on\""
      ),
      (.boolean(name: "httpd_can", isOn: nil), nil, "selinux.bool.state == \"error\" && !selinux.bool_commit.state"),
      (.commit(true), nil, "selinux.bool_commit.state && selinux.bool.state == \"\""),
    ] as [(Activity.SELinux.Change, Activity.SELinux.Status?, String)])
  func `a rule knows a change of SELinux`(
    change: Activity.SELinux.Change, status: Activity.SELinux.Status?, expression: String
  ) throws {
    #expect(try Scene().selinux(change, status: status).satisfies(expression))
  }
}
