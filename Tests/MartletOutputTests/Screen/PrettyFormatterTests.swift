import MartletModel
import Testing

@testable import MartletOutput

struct PrettyFormatterTests {
  private static func text(_ events: [Event], columns: Int? = nil) -> String {
    var formatter = PrettyFormatter(style: .init(color: false, columns: columns))
    var output: [UInt8] = []
    for event in events { formatter.append(event, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  /// The rows between the headline and the process.
  private static func detail(_ event: Event) -> String {
    let rows = text([event]).split(separator: "\n").dropFirst().prefix { !$0.hasPrefix("├─ process") }
    return rows.joined(separator: "\n")
  }

  @Test func `an exec is a tree`() {
    var builder = EventBuilder(comm: "backup", path: "/opt/backup.py", milliseconds: 250)
    builder.interpreter = .file("/usr/bin/python3.11")
    let event = builder.exec(["/usr/bin/python3", "/opt/backup.py", "a b"])
    event.process.tty = "pts0"
    let container = Container(id: "0123456789abcdef")
    container.describe(name: "web", image: "docker.io/library/nginx:1.27")
    event.process.container = container
    event.process.executable.mode = 0o104755
    event.process.executable.uid = 33
    event.process.executable.user = "www-data"
    #expect(
      Self.text([event]) == """
        $ exec  Success  2024-10-02T14:03:07.25Z
        ├─ process          backup  pid 1234  ppid 1  tty pts0
        │  ├─ user          root(0)  group root(0)
        │  └─ container     0123456789ab  docker.io/library/nginx:1.27
        ├─ executable       /opt/backup.py
        │  ├─ owner         www-data(33)  group root(0)  -rwsr-xr-x
        │  └─ inode         4711 on ext4 at /  mount 26
        ├─ interpreter      /usr/bin/python3.11
        │  ├─ owner         root(0)  group root(0)  -rwxr-xr-x
        │  └─ inode         4711 on ext4 at /  mount 26
        ├─ arguments        /usr/bin/python3 /opt/backup.py "a b"
        └─ lineage          bash(812) /usr/bin/bash
                            sshd(800) fork
                            sshd(700) /usr/bin/sshd

        """)
  }

  @Test func `trees are set apart by one blank line`() {
    let text = Self.text([EventBuilder().fork(), EventBuilder().chdir("/"), EventBuilder().fork()])
    #expect(text.split(separator: "\n\n").count == 3)
    #expect(text.hasPrefix("+ fork") && text.hasSuffix("/usr/bin/sshd\n"))
  }

  @Test func `every type has rows of its own`() {
    var builder = EventBuilder(result: -13, target: .image("sleep", 77))
    builder.before.capEffective = 0b101
    builder.before.capPermitted = 0b101
    builder.after = Credentials(user: 33, group: 0, capabilities: 0b100)
    builder.afterNames = CredentialNames(all: "www-data")
    var memfd = FileIdentity()
    (memfd.name, memfd.inode, memfd.mode) = ("memfd:x", 5, 0o100777)
    let rows: [(Event, String)] = [
      (builder.fork(), "├─ parent           bash(812)"),
      (builder.exit(status: 139), "├─ status           SIGSEGV, core dumped\n├─ lived            1.000 s"),
      (
        builder.open(.file("/etc/shadow", error: .userString), flags: 0x241, mode: 0o1640),
        """
        ├─ file             /etc/shadow (as given)
        │  ├─ owner         root(0)  group root(0)  -rwxr-xr-x
        │  ├─ inode         4711 on ext4 at /  mount 26
        │  ├─ flags         O_WRONLY | O_CREAT | O_TRUNC
        │  └─ created as    rw-r----T
        """
      ),
      (
        builder.open(memfd),
        """
        ├─ file             memfd:x
        │  ├─ owner         0  group 0  -rwxrwxrwx
        │  ├─ inode         5  in memory only
        │  └─ flags         O_RDONLY
        """
      ),
      (builder.open(FileIdentity()), "├─ file             (unknown)\n│  └─ flags         O_RDONLY"),
      (
        builder.event(.setuid, .credentials),
        """
        ├─ uid, euid, fsuid root(0) → www-data(33)
        ├─ effective        -chown
        ├─ permitted        -chown
        """
      ),
      (
        builder.event(.setgid, .credentials),
        "├─ unchanged        root(0)\n├─ effective        -chown\n├─ permitted        -chown"
      ),
      (builder.event(.capset, .credentials), "├─ effective        -chown\n├─ permitted        -chown"),
      (
        builder.signal(9, to: 77),
        "├─ signal           SIGKILL\n├─ target           sleep(77)\n│  └─ executable    /usr/bin/sleep"
      ),
      (
        builder.chdir("/tmp"),
        """
        ├─ directory        /tmp
        │  ├─ owner         root(0)  group root(0)  -rwxr-xr-x
        │  └─ inode         4711 on ext4 at /  mount 26
        """
      ),
    ]
    for (event, expected) in rows {
      #expect(Self.detail(event) == expected)
      #expect(Self.text([event]).contains("  Refused (-13)  "))
    }
  }

  @Test func `what is done to mounts, memory and the kernel has rows of its own`() {
    let builder = EventBuilder(target: .image("sleep", 77))
    let rows: [(Event, String)] = [
      (
        builder.mprotect(),
        """
        ├─ area             0x1000-0x3000
        ├─ before           VM_ACCOUNT | VM_MAYEXEC | VM_MAYREAD | VM_MAYWRITE | VM_READ | VM_WRITE
        ├─ asked for        PROT_EXEC | PROT_READ | PROT_WRITE
        """
      ),
      (
        builder.mmap(nil, protection: 3, flags: 0x22),
        """
        ├─ address          0x0
        ├─ length           8192
        ├─ offset           4096
        ├─ protection       PROT_READ | PROT_WRITE
        ├─ flags            MAP_ANONYMOUS | MAP_PRIVATE
        """
      ),
      (
        builder.ptrace(16, tracee: 77),
        "├─ request          PTRACE_ATTACH\n├─ address          0x7fff0000\n├─ tracee           sleep(77)"
      ),
      (
        builder.bpf(helpers: [1, 5]),
        """
        ├─ command          BPF_PROG_LOAD
        ├─ map              counts
        │  └─ type          BPF_MAP_TYPE_ARRAY
        ├─ program          probe
        │  ├─ type          BPF_PROG_TYPE_CGROUP_SKB
        │  ├─ tag           0aff000102030450
        │  └─ helpers       BPF_MAP_LOOKUP_ELEM BPF_KTIME_GET_NS
        """
      ),
      (builder.event(.unloadModule, .unloadModule(.sample)), "├─ module           dm_mod"),
      (builder.event(.umount, .umount(.init(id: 30, all: [30]))), "├─ mount            30"),
    ]
    for (event, expected) in rows { #expect(Self.detail(event) == expected) }
  }

  @Test func `identities are told where they differ`() {
    var builder = EventBuilder()
    builder.before = Credentials(
      uid: 1000, gid: 1000, euid: 0, egid: 1000, fsuid: 5, fsgid: 1000, capEffective: 0x1ff_fffe_ffff)
    builder.beforeNames = CredentialNames(
      user: "ann", group: "root", euser: "root", egroup: "root", fsuser: "root", fsgroup: "root")
    let text = Self.text([builder.fork()])
    #expect(
      text.contains(
        """
        │  ├─ user          ann(1000)  group root(1000)
        │  ├─ effective     root(0)  group root(1000)
        │  ├─ for files     root(5)  group root(1000)
        │  └─ capabilities  all but sys_module
        """))
  }

  @Test func `arguments take as many lines as they need`() {
    let event = EventBuilder().exec(Array(repeating: "argument", count: 9) + [String(repeating: "x", count: 99)])
    let text = Self.text([event], columns: 60)
    #expect(
      text.contains(
        """
        ├─ arguments        argument argument argument argument
        │                   argument argument argument argument
        │                   argument
        │                   xxxxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxx
        └─ lineage          bash(812) /usr/bin/bash
        """))
  }

  @Test func `a lineage without end ends`() {
    var builder = EventBuilder()
    builder.ancestors = (0..<40).map { .image("a\($0)", 100 + $0) }
    builder.ancestors[0].ancestorsElided = true
    let rows = Self.text([builder.fork()]).split(separator: "\n").suffix(33)
    #expect(rows.first == "└─ lineage          a0(100) /usr/bin/a0")
    #expect(rows.dropFirst().first == "                    … a1(101) /usr/bin/a1")
    #expect(rows.last == "                    … and what led there")
  }
}
