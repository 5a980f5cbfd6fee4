internal import CMartletABI
import MartletModel

extension Activity.SELinux {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_selinux_record.self)
    let file = try FileIdentity(decoding: fixed.file, of: record) ?? FileIdentity()
    let number = leadingNumber(try record.slice(fixed.text))
    let change: Change =
      switch martlet_selinux_kind(rawValue: fixed.kind) {
      case MARTLET_SELINUX_ENFORCE: .enforce(number.map { $0 != 0 })
      case MARTLET_SELINUX_DISABLE: .disable(number.map { $0 != 0 })
      case MARTLET_SELINUX_COMMIT: .commit(number != 0)  // what is no number counts as true
      // A kind that no probe writes is read as the one that promises least.
      default: .boolean(name: file.name, isOn: number.map { $0 != 0 })
      }
    self.init(file: file, change: change)
  }
}

/// The decimal number that a text begins with, as sscanf's `%d` reads it; `nil` for none. One too large is one.
private func leadingNumber(_ bytes: RawSpan) -> Int? {
  var digits = String(decoding: bytes).utf8.drop { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
  let isNegative = digits.first == UInt8(ascii: "-")
  if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
  digits = digits.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  guard !digits.isEmpty else { return nil }
  return Int(Substring(digits)) ?? 1
}
