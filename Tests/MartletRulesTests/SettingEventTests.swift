import MartletModel
import MartletRules
import Testing

/// What rules see of events about what a process sets.
struct SettingEventTests {
  @Test(arguments: [
    ("prctl.option == PR_SET_NAME && prctl.new_name == \"worker\" && prctl.is_name_truncated", true),
    ("prctl.option == PR_SET_DUMPABLE", false),
  ])
  func `a rule knows an attribute of a process`(expression: String, answer: Bool) throws {
    #expect(try Scene().prctl().satisfies(expression) == answer)
  }

  @Test(arguments: [
    "setsockopt.level == SOL_SOCKET && setsockopt.optname == SO_ATTACH_FILTER && setsockopt.socket_family == AF_PACKET",
    "setsockopt.socket_type == SOCK_RAW && setsockopt.socket_protocol == 768 && setsockopt.retval == 0",
    "setsockopt.filter_len == 3 && setsockopt.is_filter_truncated && setsockopt.filter_hash == \"0aff\"",
    "setsockopt.used_immediates == 29269 && setsockopt.filter_instructions =~ \"*jeq #0x7255*\"",
  ])
  func `a rule knows an option of a socket`(expression: String) throws {
    #expect(try Scene().setsockopt().satisfies(expression))
  }

  @Test(arguments: [
    "setrlimit.resource == RLIMIT_NOFILE && setrlimit.rlim_cur == 64 && setrlimit.rlim_max == -1",
    "setrlimit.target.comm == \"nginx\" && setrlimit.target.parent.comm == \"sshd\"",
  ])
  func `a rule knows a limit, and whose it is`(expression: String) throws {
    #expect(try Scene().setrlimit().satisfies(expression))
  }

  @Test(arguments: [
    (true, "sysctl.action == SYSCTL_WRITE && sysctl.old_value == \"core\" && !sysctl.old_value_truncated"),
    (false, "sysctl.action == SYSCTL_READ && sysctl.old_value == \"\" && sysctl.value_truncated"),
    (true, "sysctl.name == \"kernel/core_pattern\" && sysctl.value == \"|/tmp/x\" && sysctl.file_position == 2"),
  ])
  func `a rule knows a parameter of the kernel`(isWrite: Bool, expression: String) throws {
    #expect(try Scene().sysctl(isWrite: isWrite).satisfies(expression))
  }

  @Test func `a rule knows whom a write moved`() throws {
    let rule = "cgroup_write.pid == 99 && cgroup_write.file.name == \"cgroup.procs\" && cgroup_write.file.path != \"\""
    #expect(try Scene().cgroupWrite().satisfies(rule))
  }
}
