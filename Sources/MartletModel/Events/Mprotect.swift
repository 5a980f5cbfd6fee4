extension Activity {
  /// Other protections that a process asked for. The area is the last one in the range, as it was before the call; all
  /// zero where the kernel looked at none.
  package struct Mprotect: BitwiseCopyable {
    package var areaStart: UInt64
    package var areaEnd: UInt64
    /// `VM_*` before the call.
    package var areaFlags: UInt64
    /// `PROT_*`, as asked.
    package var protection: UInt32

    package init(areaStart: UInt64, areaEnd: UInt64, areaFlags: UInt64, protection: UInt32) {
      self.areaStart = areaStart
      self.areaEnd = areaEnd
      self.areaFlags = areaFlags
      self.protection = protection
    }
  }
}
