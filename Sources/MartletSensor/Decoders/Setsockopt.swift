internal import CMartletABI
internal import CNettle
import MartletModel

extension Activity.Setsockopt {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_setsockopt_record.self)
    self.init(
      level: fixed.level, option: fixed.option, family: fixed.family, socketType: fixed.socket_type,
      transport: fixed.protocol)
    guard fixed.filter_length > 0 else { return }
    let bytes = try record.slice(fixed.filter)
    filter = SocketFilter(
      count: Int(fixed.filter_length), instructions: instructions(bytes), hash: unsafe bytes.withUnsafeBytes(sha256))
  }
}

private func instructions(_ bytes: RawSpan) -> [SocketFilter.Instruction] {
  let size = MemoryLayout<martlet_instruction>.size
  return (0..<bytes.byteCount / size).map { index in
    let raw = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index * size, as: martlet_instruction.self)
    return SocketFilter.Instruction(
      code: raw.code, ifTrue: raw.if_true, ifFalse: raw.if_false, constant: raw.constant)
  }
}

private func sha256(_ bytes: UnsafeRawBufferPointer) -> String {
  var context = sha256_ctx()
  var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_SIZE))
  unsafe nettle_sha256_init(&context)
  unsafe nettle_sha256_update(&context, bytes.count, bytes.baseAddress)
  unsafe nettle_sha256_digest(&context, digest.count, &digest)
  return digest.reduce(into: "") { $0 += ($1 < 16 ? "0" : "") + String($1, radix: 16) }
}
