internal import CMartletABI
import MartletModel

extension Activity.Module {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_module_record.self)
    let arguments = try record.text(fixed.args)
    self.init(
      name: try record.text(fixed.name),
      file: try FileIdentity(decoding: fixed.file, of: record),
      isFromMemory: fixed.flags & MARTLET_MODULE_FROM_MEMORY.rawValue != 0,
      arguments: arguments.utf8.split { isBlank($0) }.map { String(Substring($0)) },
      argumentsTruncated: fixed.flags & MARTLET_MODULE_ARGS_TRUNCATED.rawValue != 0)
  }
}

/// What the kernel takes for the space between two parameters.
private func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }
