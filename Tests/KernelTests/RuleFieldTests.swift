import Foundation
import Support
import Testing

/// Rules that read the fields of every type of event that is not about processes alone, asked while it all happens.
@Suite(.kernel)
struct RuleFieldTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  /// `PLACE` is the directory in which it happens.
  private static let policy = #"""
    rules:
      - id: mkdir
        expression: >-
          mkdir.file.path == "PLACE/new" && mkdir.file.destination.rights == 0750 && mkdir.syscall.path == "PLACE/new"
      - id: rmdir
        expression: rmdir.file.path == "PLACE/new" && rmdir.syscall.path == "PLACE/new" && rmdir.retval == 0
      - id: link
        expression: >-
          link.file.name == "file" && link.file.destination.path == "PLACE/other"
          && link.syscall.destination.path == "PLACE/other"
      - id: rename
        expression: >-
          rename.file.path == "PLACE/other" && rename.file.destination.name == "third.sh"
          && rename.file.destination.extension == "sh" && rename.syscall.destination.path == "PLACE/third.sh"
      - id: unlink
        expression: unlink.file.path == "PLACE/third.sh" && unlink.file.extension == ".sh" && unlink.flags == 0
      - id: chmod
        expression: >-
          chmod.file.name == "file" && chmod.file.rights == 0600 && chmod.file.destination.rights & S_ISUID > 0
          && chmod.file.destination.mode == 04755 && chmod.syscall.mode == 04755
      - id: chown
        expression: >-
          chown.file.name == "file" && chown.file.destination.uid == 0 && chown.file.destination.user == "root"
          && chown.file.destination.gid == -1 && chown.file.destination.group == "" && chown.syscall.gid == -1
      - id: utimes
        expression: utimes.file.path == "PLACE/file" && utimes.file.user == "root" && utimes.retval == 0
      - id: setxattr
        expression: >-
          setxattr.file.path == "PLACE/file" && setxattr.file.destination.name == "user.mark"
          && setxattr.file.destination.namespace == "user"
      - id: removexattr
        expression: removexattr.file.name == "file" && removexattr.file.destination.name == "user.mark"
      - id: splice
        expression: splice.file.path == "PLACE/file" && splice.retval > 0
      - id: mount
        expression: >-
          mount.fs_type == "tmpfs" && mount.mountpoint.path == "PLACE/mounts/a" && mount.root.path == "/"
          && mount.visible && mount.syscall.source.path =~ "*none"
      - id: bind_mount
        expression: >-
          mount.source.path == "PLACE/mounts/s/x" && mount.mountpoint.path == "PLACE/mounts/b"
          && mount.syscall.source.path =~ "*s/x" && !mount.detached
      - id: mmap
        expression: mmap.file.path == "PLACE/file" && mmap.protection == PROT_READ && mmap.flags & MAP_PRIVATE > 0
      - id: mprotect
        expression: mprotect.req_protection & VM_EXEC > 0 && mprotect.vm_protection & VM_WRITE > 0
      - id: ptrace
        expression: >-
          ptrace.request == PTRACE_ATTACH && ptrace.tracee.file.name == "actor" && ptrace.tracee.ppid == ${process.pid}
      - id: map
        expression: bpf.cmd == BPF_MAP_CREATE && bpf.map.type == BPF_MAP_TYPE_ARRAY && bpf.map.name == "actor_map" && bpf.retval > 0
      - id: program
        expression: >-
          bpf.cmd == BPF_PROG_LOAD && bpf.prog.type == BPF_PROG_TYPE_SOCKET_FILTER
          && bpf.prog.helpers in [ BPF_KTIME_GET_NS ] && bpf.prog.tag != ""
      - id: module_from_memory
        expression: >-
          load_module.loaded_from_memory && load_module.args == "a=1 b=2" && load_module.argv in [ "b=2" ]
          && load_module.retval < 0
      - id: module_file
        expression: load_module.file.path == "PLACE/file" && load_module.loaded_from_memory == false
      - id: module_unloaded
        expression: unload_module.name == "no_such_module" && unload_module.retval < 0
      - id: bind
        expression: >-
          bind.addr.ip == 127.0.0.1 && bind.addr.port == 7002 && bind.protocol == IP_PROTO_TCP
          && bind.addr.family == AF_INET
      - id: connect
        expression: >-
          connect.addr.ip in [ 127.0.0.0/8 ] && connect.addr.port == 7002 && connect.addr.is_public == false
          && connect.protocol == IP_PROTO_TCP
      - id: accept
        expression: accept.addr.ip == 127.0.0.1 && accept.addr.port > 0 && accept.retval > 0
      - id: dns
        expression: >-
          dns.question.name == "www.example.com" && dns.question.type == AAAA
          && dns.question.name.root_domain == "Example.com" && network.destination.port == 53
          && network.device.ifname == "lo" && network.network_direction == EGRESS
      - id: imds
        expression: >-
          imds.type == "request" && imds.url == "/latest/meta-data/" && imds.host == "169.254.169.254"
          && network.destination.ip == 169.254.169.254 && network.l4_protocol == IP_PROTO_TCP
      - id: imds_response
        expression: imds.type == "response" && imds.server == "EC2ws" && network.network_direction == INGRESS
      - id: never
        expression: chmod.file.destination.rights == 0123
    """#

  /// What does it all; what mounts or uses the network does so in a namespace of its own.
  private func script() throws -> String {
    let file = try place.file("file", "content", mode: 0o600)
    let (actor, mounts) = (Program.actor, try place.directory("mounts"))
    let request = DNSTests.hex("GET /latest/meta-data/ HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n".utf8)
    let response = DNSTests.hex("HTTP/1.1 200 OK\r\nServer: EC2ws\r\nContent-Length: 0\r\n\r\n".utf8)
    return """
      set -e
      mkdir -m 750 \(place["new"]) && rmdir \(place["new"])
      ln \(file) \(place["other"]) && mv \(place["other"]) \(place["third.sh"]) && rm \(place["third.sh"])
      chmod 4755 \(file) && chown 0 \(file) && touch \(file)
      \(actor) call 188 s:\(file) s:user.mark s:x n:1 n:0 then 197 s:\(file) s:user.mark
      \(actor) splice \(file)
      \(actor) mount \(mounts)
      \(actor) mount-bind \(mounts)
      \(actor) mmap \(file) 4096 1 2 0
      \(actor) mprotect 7 1 0 1
      \(actor) ptrace-attach
      \(actor) bpf-maps
      \(actor) bpf-programs
      \(actor) module-failing \(file) 'a=1 b=2'
      \(actor) connect 127.0.0.1 7002
      \(actor) dns-udp 127.0.0.1 \(DNSTests.query("www.Example.com", type: 28))
      \(actor) imds '>\(request)' '<\(response)'
      """
  }

  @Test func `a rule about an event of any type holds when it happens`() throws {
    let policy = place["all.policy"]
    try Self.policy.replacing("PLACE", with: place.path).write(toFile: policy, atomically: true, encoding: .utf8)
    let trace = try Trace(program: ["/bin/sh", "-c", try script()], policy: policy, options: ["--only-matches"])
    let rules = Self.policy.matches(of: #/- id: (\w+)/#).map { String($0.1) }
    let matched = Set(trace.events.compactMap(\.["agent"]["rule_id"].string))
    #expect(matched == Set(rules).subtracting(["never"]), "missing: \(Set(rules).subtracting(matched).sorted())")
  }
}
