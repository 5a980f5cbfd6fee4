import Glibc
import MartletModel
import Testing

struct MemoryTests {
  @Test(
    arguments: [
      (0, ""), (3, "PROT_READ | PROT_WRITE"), (7, "PROT_EXEC | PROT_READ | PROT_WRITE"),
      (0x100_0001, "PROT_GROWSDOWN | PROT_READ"), (0x11, "16 | PROT_READ"),
    ] as [(UInt64, String)])
  func `a protection is the names of its bits`(bits: UInt64, text: String) {
    #expect(Memory.protections.joined(bits) == text)
  }

  @Test(
    arguments: [
      (0x22, "MAP_ANONYMOUS | MAP_PRIVATE"), (3, "MAP_PRIVATE | MAP_SHARED | MAP_SHARED_VALIDATE"),
      (
        0x5400_0000 | 0x40000 | 2,
        "MAP_HUGETLB | MAP_HUGE_1MB | MAP_HUGE_2MB | MAP_HUGE_64KB | MAP_PRIVATE | MAP_UNINITIALIZED"
      ),
    ] as [(UInt64, String)])
  func `a size of huge pages has the names of the sizes within it`(bits: UInt64, text: String) {
    #expect(Memory.mapFlags.joined(bits) == text)
  }

  @Test(arguments: [
    ("MAP_SHARED", MAP_SHARED), ("MAP_PRIVATE", MAP_PRIVATE), ("MAP_FIXED", MAP_FIXED), ("MAP_ANON", MAP_ANONYMOUS),
    ("MAP_ANONYMOUS", MAP_ANONYMOUS), ("MAP_POPULATE", MAP_POPULATE), ("MAP_STACK", MAP_STACK),
    ("MAP_HUGETLB", MAP_HUGETLB), ("MAP_NORESERVE", MAP_NORESERVE),
  ])
  func `the values are those of the C library`(name: String, value: Int32) {
    #expect(Memory.mapFlags[name] == UInt64(value))
  }

  @Test func `an area's flags have names below bit 32, but for one`() {
    #expect(Memory.areaFlags.joined(0x73) == "VM_MAYEXEC | VM_MAYREAD | VM_MAYWRITE | VM_READ | VM_WRITE")
    #expect(Memory.areaFlags.joined(0x800 | 1 << 40) == String(0x800 | 1 << 40))
    #expect(Memory.areaFlags.names(0xffff_ffff).count == 32)
  }
}

struct PtraceRequestsTests {
  @Test(
    arguments: [
      (0, "PTRACE_TRACEME"), (9, "PTRACE_SINGLESTEP"), (12, "12"), (0x4206, "PTRACE_SEIZE"), (-5, "-5"),
      (.max, "9223372036854775807"),
    ] as [(Int64, String)])
  func `a request has a name or its number`(request: Int64, name: String) {
    #expect(PtraceRequests.name(request) == name)
  }

  #if arch(x86_64)
    @Test func `some requests are those of x86-64`() {
      #expect(PtraceRequests.name(30) == "PTRACE_ARCH_PRCTL")
      #expect(PtraceRequests.name(31) == "PTRACE_SYSEMU")
    }
  #endif
}

struct BPFNamesTests {
  @Test(
    arguments: [
      (0, "BPF_MAP_CREATE"), (5, "BPF_PROG_LOAD"), (10, "BPF_PROG_TEST_RUN"), (35, "BPF_PROG_BIND_MAP"), (36, nil),
      (.max, nil),
    ] as [(UInt32, String?)])
  func `a command has a name or none`(number: UInt32, name: String?) {
    #expect(BPFNames.command(number) == name)
  }

  @Test func `types end where the schema's lists do`() {
    #expect(BPFNames.mapType(0) == "BPF_MAP_TYPE_UNSPEC")
    #expect(BPFNames.mapType(27) == "BPF_MAP_TYPE_RINGBUF")
    #expect(BPFNames.mapType(29) == "BPF_MAP_TYPE_TASK_STORAGE")
    #expect(BPFNames.mapType(30) == nil)
    #expect(BPFNames.programType(30) == "BPF_PROG_TYPE_SK_LOOKUP")
    #expect(BPFNames.programType(31) == nil)
    #expect(BPFNames.attachType(38, programType: 14) == "BPF_SK_SKB_VERDICT")
    #expect(BPFNames.attachType(39, programType: 14) == nil)
    // What a socket filter was loaded with means nothing.
    #expect(BPFNames.attachType(1, programType: 1) == nil)
  }

  @Test(
    arguments: [
      (1, "BPF_MAP_LOOKUP_ELEM"), (6, "BPF_TRACE_PRINTK"), (36, "BPF_PROBE_WRITE_USER"), (58, "BPF_OVERRIDE_RETURN"),
      (165, "BPF_SNPRINTF"), (211, "BPF_CGRP_STORAGE_DELETE"), (212, "helper_212"),
    ] as [(UInt32, String)])
  func `a helper has a name or its number`(number: UInt32, name: String) {
    #expect(BPFNames.helper(number) == name)
  }
}
