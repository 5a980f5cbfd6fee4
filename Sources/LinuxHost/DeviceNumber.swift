/// The number of a device node: which driver, and which of its devices.
package struct DeviceNumber: Hashable, Sendable {
  /// The driver's number, 0 to 4095.
  package let major: UInt32
  /// The device's number within its driver, 0 to 1048575.
  package let minor: UInt32

  package init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }

  /// Decodes the 32 bits that the kernel shows to user space: the low eight bits of the minor number, then
  /// twelve of the major number, then the other twelve of the minor number.
  package init(encoded: UInt32) {
    major = encoded >> 8 & 0xfff
    minor = encoded & 0xff | encoded >> 12 & 0xfff00
  }

  /// What the kernel calls the terminal with this number (`tty->name`), such as `pts0`, `tty1` or `ttyS0`;
  /// nil when the number is not that of a terminal whose name can be told from it.
  package var terminalName: String? {
    switch (major, minor) {
    // The eight majors of Unix98 terminals used to hold 256 of them each.
    case (136...143, _): "pts\(UInt64(minor) + 256 * UInt64(major - 136))"
    case (4, ..<64): "tty\(minor)"
    case (4, _): "ttyS\(minor - 64)"
    case (5, 1): "console"
    default: nil
    }
  }
}
