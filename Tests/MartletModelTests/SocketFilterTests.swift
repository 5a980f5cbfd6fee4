import MartletModel
import Testing

struct SocketFilterTests {
  @Test(
    arguments: [
      (0x28, 12, "ldh [12]"), (0x30, 23, "ldb [23]"), (0x20, 0xffff_f000, "ld [-4096]"), (0x48, 14, "ldh [x + 14]"),
      (0x00, 255, "ld #0xff"), (0x80, 0, "ld #pktlen"), (0x60, 3, "ld M[3]"), (0xb1, 14, "ldxb 4*([14]&0xf)"),
      (0x01, 9, "ldx #0x9"), (0x02, 1, "st M[1]"), (0x03, 2, "stx M[2]"), (0x54, 0xf, "and #0xf"), (0x0c, 0, "add x"),
      (0x84, 0, "neg"), (0xa4, 1, "xor #0x1"), (0xf4, 1, "op15 #0x1"), (0x05, 8, "ja 8"),
      (0x15, 0x800, "jeq #0x800, 1, 2"), (0x2d, 0, "jgt x, 1, 2"), (0x45, 0x1fff, "jset #0x1fff, 1, 2"),
      (0x06, 65535, "ret #65535"), (0x16, 0, "ret a"), (0x07, 0, "tax"), (0x87, 0, "txa"),
    ] as [(UInt16, UInt32, String)])
  func `an instruction is told in the manner of assemblers`(code: UInt16, constant: UInt32, text: String) {
    #expect(SocketFilter.Instruction(code: code, ifTrue: 1, ifFalse: 2, constant: constant).description == text)
  }

  @Test func `every instruction has a text`() {
    for code in UInt16.min ... .max {
      #expect(!SocketFilter.Instruction(code: code, constant: .max).description.isEmpty)
    }
  }

  @Test func `its constants are those that it compares or calculates with`() {
    let filter = SocketFilter(
      count: 9,
      instructions: [
        .init(code: 0x28, constant: 12), .init(code: 0x15, constant: 0x7255), .init(code: 0x54, constant: 15),
        .init(code: 0x84, constant: 3), .init(code: 0x1d, constant: 4), .init(code: 0x05, constant: 5),
        .init(code: 0x00, constant: 6), .init(code: 0x06, constant: 7),
      ], hash: "")
    #expect(filter.immediates == [0x7255, 15, 6])
    #expect(filter.isCut && filter.text.hasPrefix("ldh [12]; jeq #0x7255, 0, 0; "))
  }
}

struct NumberNamesTests {
  @Test(
    arguments: [
      (prctlOptions, 15, "PR_SET_NAME"), (prctlOptions, 47, "PR_CAP_AMBIENT"), (prctlOptions, -1, "-1"),
      (resourceNames, 15, "RLIMIT_RTTIME"), (resourceNames, 16, "16"), (socketOptions, 26, "SO_ATTACH_FILTER"),
      (socketLevels, 41, "IPPROTO_IPV6"),
    ] as [(NumberNames, Int, String)])
  func `a number has a name or itself`(names: NumberNames, number: Int, name: String) {
    #expect(names.name(number) == name)
  }
}

#if arch(x86_64)
  struct SystemCallNamesTests {
    @Test(
      arguments: [
        (0, "SysRead"), (13, "SysRtSigaction"), (17, "SysPread64"), (59, "SysExecve"), (156, "SysSysctl"),
        (231, "SysExitGroup"), (334, "SysRseq"), (335, "Syscall(335)"), (423, "Syscall(423)"),
        (424, "SysPidfdSendSignal"), (425, "SysIoUringSetup"), (437, "SysOpenat2"), (467, "SysOpenTreeAttr"),
        (511, "Syscall(511)"), (.max, "Syscall(65535)"),
      ] as [(UInt16, String)])
    func `a call has the kernel's name in camel case, or its number`(number: UInt16, name: String) {
      #expect(SystemCallNames.name(number) == name)
    }
  }
#endif
