import Glibc
import MartletRules
import MartletSchema
import SECL

/// A value on the command line, or in a file that it names, that cannot be used.
struct Unusable: Error, CustomStringConvertible { let description: String }

/// All that is in the file at `path`; `-` is standard input.
func readBytes(of path: String, _ take: ([UInt8]) -> Void) throws(InputError) {
  let input = try Input(path: path)
  var buffer = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count: Int
    do { count = try unsafe buffer.withUnsafeMutableBytes { try unsafe input.read(into: $0) } } catch {
      throw error as? InputError ?? InputError(path: path, code: EIO)
    }
    if count == 0 { return }
    take(Array(buffer[..<count]))
  }
}

/// The field values in the file at `path`: one JSON object.
func readFields(of path: String) throws -> JSONObject {
  var bytes: [UInt8] = []
  try readBytes(of: path) { bytes += $0 }
  var reader = JSONReader()
  do {
    guard case .object(let object) = try unsafe reader.readValue(bytes.span.bytes) else {
      throw Unusable(description: "\(path): the field values must be one JSON object")
    }
    return object
  } catch let violation as Violation {
    throw Unusable(description: "\(path): \(violation)")
  }
}

/// The variable that `text`, `scope.name=value`, sets.
func readVariable(_ text: String) throws -> (variable: Variable, value: Value) {
  guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
    throw Unusable(description: "'\(text)' is no variable; write scope.name=value")
  }
  let name = String(text[..<equals])
  let written = String(text[text.index(after: equals)...])
  var reader = JSONReader()
  let json = (try? unsafe reader.readValue(Array(written.utf8).span.bytes)) ?? .string(written)
  for type in [ValueType.bool, .int, .ints, .strings] {
    if let value = Value(json, as: type) { return (Variable(name: name, type: type), value) }
  }
  guard case .string(let text) = json else {
    return (Variable(name: name, type: .string), .string(Array(written.utf8)))
  }
  return (Variable(name: name, type: .string), .string(Array(text.utf8)))
}

/// Nanoseconds since the epoch.
var nanosecondsNow: Int64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_REALTIME, &time)
  return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
}
