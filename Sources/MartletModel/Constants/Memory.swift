/// Memory protections, the flags of mappings, and those of the areas that mappings become.
package enum Memory {
  #if arch(x86_64)
    private static let below4GiB: UInt64 = 0x40
  #else
    private static let below4GiB: UInt64 = 0  // no such flag
  #endif

  /// `PROT_*` of `mmap(2)`.
  package static let protections = ConstantTable([
    "PROT_READ": 1,
    "PROT_WRITE": 2,
    "PROT_EXEC": 4,
    "PROT_GROWSDOWN": 0x1000000,
    "PROT_GROWSUP": 0x2000000,
  ])

  /// `MAP_*` of `mmap(2)`. Sizes of huge pages are a number in the upper bits, so one size may have the bits of another.
  package static let mapFlags = ConstantTable(
    [
      "MAP_SHARED": 1,
      "MAP_PRIVATE": 2,
      "MAP_SHARED_VALIDATE": 3,
      "MAP_FIXED": 16,
      "MAP_ANONYMOUS": 32,
      "MAP_GROWSDOWN": 0x100,
      "MAP_DENYWRITE": 0x800,
      "MAP_EXECUTABLE": 0x1000,
      "MAP_LOCKED": 0x2000,
      "MAP_NORESERVE": 0x4000,
      "MAP_POPULATE": 0x8000,
      "MAP_NONBLOCK": 0x10000,
      "MAP_STACK": 0x20000,
      "MAP_HUGETLB": 0x40000,
      "MAP_SYNC": 0x80000,
      "MAP_FIXED_NOREPLACE": 0x100000,
      "MAP_UNINITIALIZED": 0x4000000,
      "MAP_HUGE_16KB": 0x3800_0000,
      "MAP_HUGE_64KB": 0x4000_0000,
      "MAP_HUGE_512KB": 0x4c00_0000,
      "MAP_HUGE_1MB": 0x5000_0000,
      "MAP_HUGE_2MB": 0x5400_0000,
      "MAP_HUGE_8MB": 0x5c00_0000,
      "MAP_HUGE_16MB": 0x6000_0000,
      "MAP_HUGE_32MB": 0x6400_0000,
      "MAP_HUGE_256MB": 0x7000_0000,
      "MAP_HUGE_512MB": 0x7400_0000,
      "MAP_HUGE_1GB": 0x7800_0000,
      "MAP_HUGE_2GB": 0x7c00_0000,
      "MAP_HUGE_16GB": 0x8800_0000,
      "MAP_32BIT": below4GiB,
    ], aliases: ["MAP_ANON": 0x20])

  /// `VM_*`, the kernel's flags of an area (`include/linux/mm.h`).
  package static let areaFlags = ConstantTable([
    "VM_READ": 1,
    "VM_WRITE": 2,
    "VM_EXEC": 4,
    "VM_SHARED": 8,
    "VM_MAYREAD": 16,
    "VM_MAYWRITE": 32,
    "VM_MAYEXEC": 64,
    "VM_MAYSHARE": 128,
    "VM_GROWSDOWN": 0x100,
    "VM_UFFD_MISSING": 0x200,
    "VM_PFNMAP": 0x400,
    "VM_UFFD_WP": 0x1000,
    "VM_LOCKED": 0x2000,
    "VM_IO": 0x4000,
    "VM_SEQ_READ": 0x8000,
    "VM_RAND_READ": 0x10000,
    "VM_DONTCOPY": 0x20000,
    "VM_DONTEXPAND": 0x40000,
    "VM_LOCKONFAULT": 0x80000,
    "VM_ACCOUNT": 0x100000,
    "VM_NORESERVE": 0x200000,
    "VM_HUGETLB": 0x400000,
    "VM_SYNC": 0x800000,
    "VM_ARCH_1": 0x1000000,
    "VM_WIPEONFORK": 0x2000000,
    "VM_DONTDUMP": 0x4000000,
    "VM_SOFTDIRTY": 0x8000000,
    "VM_MIXEDMAP": 0x1000_0000,
    "VM_HUGEPAGE": 0x2000_0000,
    "VM_NOHUGEPAGE": 0x4000_0000,
    "VM_MERGEABLE": 0x8000_0000,
  ])

  /// `MAP_ANONYMOUS`.
  package static let anonymous: UInt32 = 0x20
}
