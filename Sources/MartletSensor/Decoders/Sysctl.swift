internal import CMartletABI
import MartletModel

extension Activity.Sysctl {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_sysctl_record.self)
    let old = Text(upToNUL(fixed.old_value), isCut: fixed.flags & MARTLET_SYSCTL_OLD_CUT.rawValue != 0)
    let new = Text(upToNUL(fixed.new_value), isCut: fixed.flags & MARTLET_SYSCTL_NEW_CUT.rawValue != 0)
    let isWrite = fixed.flags & MARTLET_SYSCTL_WRITE.rawValue != 0
    self.init(
      isWrite: isWrite,
      name: Text(upToNUL(fixed.name), isCut: fixed.flags & MARTLET_SYSCTL_NAME_CUT.rawValue != 0),
      value: isWrite ? new : old, oldValue: isWrite ? old : Text(""), position: fixed.position)
  }
}

/// The text in an array of bytes, which C has as a tuple: up to its first NUL, without a line feed at its end.
private func upToNUL(_ bytes: some BitwiseCopyable) -> String {
  unsafe withUnsafeBytes(of: bytes) { bytes in
    var text = unsafe bytes.prefix { $0 != 0 }
    if unsafe text.last == UInt8(ascii: "\n") { unsafe text.removeLast() }
    return unsafe String(decoding: text, as: UTF8.self)
  }
}
