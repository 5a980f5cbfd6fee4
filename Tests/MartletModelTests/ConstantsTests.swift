import Glibc
import MartletModel
import Testing

struct OpenFlagsTests {
  @Test(
    arguments: [
      (0, ["O_RDONLY"]), (1, ["O_WRONLY"]), (2, ["O_RDWR"]), (3, ["O_ACCMODE", "O_RDWR", "O_WRONLY"]),
      (0x80241, ["O_WRONLY", "O_CLOEXEC", "O_CREAT", "O_TRUNC"]), (0x800, ["O_RDONLY", "O_NONBLOCK"]),
      (0x1000, ["O_RDONLY", "O_DSYNC"]), (0x101002, ["O_RDWR", "O_DSYNC", "O_SYNC"]),
      (0x100000, ["O_RDONLY", "1048576"]), (0x200000, ["O_RDONLY", "2097152"]),
      (0x280000, ["O_RDONLY", "2097152", "O_CLOEXEC"]), (1 << 63, ["O_RDONLY", "9223372036854775808"]),
      (0x40_0001, ["O_WRONLY", "4194304"]),
    ] as [(UInt64, [String])])
  func `the access mode comes first`(flags: UInt64, names: [String]) {
    #expect(OpenFlags.names(flags) == names)
  }

  #if arch(x86_64)
    @Test(
      arguments: [
        (0x8000, ["O_RDONLY", "32768"]), (0x410002, ["O_RDWR", "4194304", "O_DIRECTORY"]),
        (0x4000, ["O_RDONLY", "O_DIRECT"]),
        (0x20000, ["O_RDONLY", "O_NOFOLLOW"]),
      ] as [(UInt64, [String])])
    func `the flags of x86-64 are its own`(flags: UInt64, names: [String]) {
      #expect(OpenFlags.names(flags) == names)
    }
  #elseif arch(arm64)
    @Test(
      arguments: [
        (0x20000, ["O_RDONLY", "131072"]), (0x404002, ["O_RDWR", "4194304", "O_DIRECTORY"]),
        (0x10000, ["O_RDONLY", "O_DIRECT"]), (0x8000, ["O_RDONLY", "O_NOFOLLOW"]),
      ] as [(UInt64, [String])])
    func `the flags of arm64 are its own`(flags: UInt64, names: [String]) {
      #expect(OpenFlags.names(flags) == names)
    }
  #endif

  @Test(arguments: [
    ("O_RDONLY", O_RDONLY), ("O_WRONLY", O_WRONLY), ("O_RDWR", O_RDWR), ("O_ACCMODE", O_ACCMODE), ("O_CREAT", O_CREAT),
    ("O_EXCL", O_EXCL), ("O_NOCTTY", O_NOCTTY), ("O_TRUNC", O_TRUNC), ("O_APPEND", O_APPEND), ("O_ASYNC", O_ASYNC),
    ("O_NONBLOCK", O_NONBLOCK), ("O_NDELAY", O_NDELAY), ("O_DSYNC", O_DSYNC), ("O_SYNC", O_SYNC), ("O_FSYNC", O_FSYNC),
    ("O_RSYNC", O_RSYNC), ("O_DIRECTORY", O_DIRECTORY), ("O_NOFOLLOW", O_NOFOLLOW), ("O_CLOEXEC", O_CLOEXEC),
  ])
  func `the values are those of the C library`(name: String, value: Int32) {
    #expect(OpenFlags.table[name] == UInt64(value))
  }
}

struct CapabilitiesTests {
  @Test func `the full set is 41 names in alphabetical order`() {
    let names = Capabilities.table.names(2_199_023_255_551)
    #expect(names.count == 41)
    #expect(names == names.sorted())
    #expect(names.first == "CAP_AUDIT_CONTROL")
    #expect(names.last == "CAP_WAKE_ALARM")
  }

  @Test(
    arguments: [
      (0, []), (1, ["CAP_CHOWN"]), (1 << 40, ["CAP_CHECKPOINT_RESTORE"]), (1 << 41, ["2199023255552"]),
      (1 << 21 | 1 << 10, ["CAP_NET_BIND_SERVICE", "CAP_SYS_ADMIN"]),
      (1 << 63 | 1, ["9223372036854775808", "CAP_CHOWN"]),
    ] as [(UInt64, [String])])
  func `a set is its names, and a number for the rest`(bits: UInt64, names: [String]) {
    #expect(Capabilities.table.names(bits) == names)
  }
}

struct SignalsTests {
  @Test(
    arguments: [
      (1, "SIGHUP"), (6, "SIGABRT"), (9, "SIGKILL"), (16, "SIGSTKFLT"), (29, "SIGIO"), (31, "SIGSYS"), (0, ""),
      (32, ""),
      (34, ""), (64, ""), (-1, ""), (.min, ""), (.max, ""),
    ] as [(Int32, String)])
  func `a signal has a name or none`(number: Int32, name: String) {
    #expect(Signals.name(number) == name)
  }

  @Test(arguments: [
    ("SIGABRT", SIGABRT), ("SIGIOT", SIGIOT), ("SIGBUS", SIGBUS), ("SIGUSR1", SIGUSR1), ("SIGCHLD", SIGCHLD),
    ("SIGCONT", SIGCONT), ("SIGSTOP", SIGSTOP), ("SIGURG", SIGURG), ("SIGIO", SIGIO), ("SIGPOLL", SIGPOLL),
    ("SIGPWR", SIGPWR), ("SIGSYS", SIGSYS), ("SIGWINCH", SIGWINCH), ("SIGVTALRM", SIGVTALRM),
  ])
  func `the numbers are those of the C library`(name: String, number: Int32) {
    #expect(Signals.table[name] == UInt64(number))
  }

  @Test func `every signal from 1 to 31 has a name`() {
    #expect(Set((1...31).map { Signals.name($0) }).subtracting([""]).count == 31)
  }
}

struct OutcomeTests {
  @Test(
    arguments: [
      (0, .success), (3, .success), (.max, .success), (-1, .refused), (-13, .refused), (-2, .error), (-38, .error),
      (-14, .error), (.min, .error),
    ] as [(Int64, Outcome)])
  func `a returned value tells the outcome`(value: Int64, outcome: Outcome) {
    #expect(Outcome(returnValue: value) == outcome)
  }

  @Test func `outcomes are spelled as events spell them`() {
    #expect(Outcome.allCases.map(\.rawValue) == ["Success", "Refused", "Error"])
  }
}
