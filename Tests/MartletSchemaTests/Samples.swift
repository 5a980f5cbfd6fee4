/// Whole events, in the form in which the writer writes them.
enum Samples {
  /// chmod(2) by a program that a shell started.
  static let chmod = #"""
    {"agent":{"rule_id":"chmod_secret","policy_name":"test.policy","version":"0.1.0","os":"linux","arch":"x64",\#
    "origin":"ebpf"},"title":"Permissions of a secret changed","evt":{"name":"chmod","category":"File Activity",\#
    "outcome":"Success"},"date":"2024-10-02T14:03:07.123456789Z","file":{"path":"/srv/t/secret","name":"secret",\#
    "inode":18446744073709551615,"mode":33188,"mount_id":29,"filesystem":"ext4","uid":0,"gid":0,"user":"root",\#
    "group":"root","modification_time":"2024-10-02T14:03:00.5Z","change_time":"2024-10-02T14:03:00Z",\#
    "hash_state":"NoHash","mount_path":"/","mount_source":"mount_id","mount_origin":"procfs",\#
    "destination":{"mode":0,"uid":-1,"gid":0}},"process":{"pid":4242,"ppid":4200,"tid":4242,"uid":0,"gid":0,\#
    "comm":"chmod","tty":"pts0","exec_time":"2024-10-02T14:03:07.1Z","credentials":{"uid":0,"user":"root","gid":0,\#
    "euid":0,"egid":0,"fsuid":0,"fsgid":0,"cap_effective":["CAP_CHOWN"],"cap_permitted":[],\#
    "destination":{"uid":-1,"euser":"root","x":[1.5,null,{"y":true}]}},"executable":{"path":"/usr/bin/chmod",\#
    "uid":0,"gid":0},"argv0":"chmod","args":["0","a \"quoted\"\n\\ \u001b name 馬"],"source":"event",\#
    "parent":{"pid":4242,"uid":0,"gid":0,"is_thread":true},"ancestors":[{"pid":4242,"uid":0,"gid":0},\#
    {"pid":1,"uid":0,"gid":0}]},"container":{},"dd":{},"usr":{"id":"root","group":"root"},\#
    "syscall":{"chmod":{"path":"secret"}}}
    """#

  /// A question that no process could be found for.
  static let dns = #"""
    {"agent":{"rule_id":"r"},"title":"","evt":{"name":"dns","category":"Network Activity","outcome":"Success"},\#
    "network":{"device":{"netns":4026531840,"ifindex":2,"ifname":"eth0"},"l3_protocol":"ETH_P_IP",\#
    "l4_protocol":"IP_PROTO_UDP","source":{"ip":"10.0.0.5","port":40112},"destination":{"ip":"10.0.0.2","port":53},\#
    "size":71},"dns":{"id":4711,"question":{"class":"CLASS_INET","type":"A","name":"example.com","size":29,"count":1}}}
    """#

  static let all = [chmod, dns]
}
