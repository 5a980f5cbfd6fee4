/// A fresh UUID: RFC 9562, version 4.
func randomUUID() -> [UInt8] {
  var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
  bytes[6] = bytes[6] & 0x0f | 0x40
  bytes[8] = bytes[8] & 0x3f | 0x80
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for (number, byte) in bytes.enumerated() {
    if [4, 6, 8, 10].contains(number) { text.append(UInt8(ascii: "-")) }
    text += [digits[Int(byte >> 4)], digits[Int(byte & 0xf)]]
  }
  return text
}
