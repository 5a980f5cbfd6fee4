import LinuxHost
import Testing

private let passwd = """
  root:x:0:0:root:/root:/bin/bash
  toor:x:0:0:another root:/root:/bin/sh
  daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
  sync:x:4:65534:sync:/bin:/bin/sync
  # commented:x:7:7::/:
  #root:x:8:8::/:
  +nis:x:9:9::/:
  +::::::
  -gone:x:10:10::/:
  +@netgroup

  :x:11:11::/:
  noid:x
  notanumber:x:abc:1::/:
  negative:x:-1:1::/:
  huge:x:4294967296:1::/:
  empty:x::1::/:
  short:x:12
  nopassword::13:13::/:
  nobody:x:4294967295:65534:nobody:/nonexistent:/usr/sbin/nologin
  """

struct AccountNamesTests {
  @Test(
    arguments: [
      (0, "root"), (1, "daemon"), (4, "sync"), (7, nil), (8, nil), (9, nil), (10, nil), (11, nil), (12, "short"),
      (13, "nopassword"), (4_294_967_295, "nobody"), (65534, nil), (1000, nil),
    ] as [(UInt32, String?)])
  func `a user is named by the first good line with the id`(uid: UInt32, name: String?) {
    #expect(UserDatabase(passwd: passwd.utf8Span.span)[uid] == name)
  }

  @Test(arguments: [(0, "root"), (27, "sudo"), (4, "adm"), (5, nil)] as [(UInt32, String?)])
  func `a group is named by its own file`(gid: UInt32, name: String?) {
    let group = "root:x:0:\nadm:x:4:syslog,admin\nsudo:x:27:admin\nwheel:x:27:\n+:::\n"
    #expect(GroupDatabase(group: group.utf8Span.span)[gid] == name)
  }

  @Test func `a name that is not UTF-8 is repaired`() {
    let text = Array("n".utf8) + [0xff] + Array(":x:5:5::/:\n".utf8)
    #expect(UserDatabase(passwd: text.span)[5] == "n\u{FFFD}")
  }

  @Test func `an empty file names nobody`() {
    #expect(UserDatabase(passwd: "".utf8Span.span)[0] == nil)
    #expect(GroupDatabase(group: "".utf8Span.span)[0] == nil)
  }
}
