import ArgumentParser
import CLinux
import Glibc
import MartletAgent
import MartletRules
import MartletSchema

/// Which agent to talk to.
struct SocketOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The agent's control socket. Default: MARTLET_CONTROL_PATH, or \(ControlOptions.standardPath).",
      valueName: "path"),
    completion: .file())
  var socket: String?

  var path: String {
    let variable = unsafe getenv("MARTLET_CONTROL_PATH").map { unsafe String(cString: $0) }
    return socket ?? variable ?? ControlOptions.standardPath
  }
}

/// Why the agent does not do what it was asked for.
enum ControlFailure: Error, CustomStringConvertible {
  /// Nobody can be talked to.
  case unreachable(path: String, errno: Int32)
  /// It has ended, or hung up.
  case ended
  /// It says no.
  case refused(code: String, message: String)

  var description: String {
    switch self {
    case .unreachable(let path, let errno) where errno == ENOENT || errno == ECONNREFUSED:
      "no agent listens at '\(path)'; is 'martlet run' there, as root?"
    case .unreachable(let path, let errno): unsafe "cannot talk to '\(path)': \(String(cString: strerror(errno)))"
    case .ended: "the agent has ended"
    case .refused(_, let message): printable(message)
    }
  }
}

/// A connection to the agent: docs/reference/control-protocol.md.
struct ControlClient: ~Copyable {
  let descriptor: Int32
  private var input: [UInt8] = []
  private var reader = JSONReader()
  private var lastID: UInt64 = 0

  init(_ options: SocketOptions) throws(ControlFailure) {
    descriptor = unsafe clinux_connect(options.path)
    guard descriptor >= 0 else { throw .unreachable(path: options.path, errno: errno) }
  }

  deinit { close(descriptor) }

  /// Sends a request, and returns its id. `fill` writes what else it has.
  mutating func send(
    _ request: String, _ fill: (inout JSONWriter) -> Void = { _ in }
  ) throws(ControlFailure) -> UInt64 {
    lastID += 1
    var writer = JSONWriter(capacity: 1024)
    writer.beginObject()
    writer.key("id")
    writer.value(JSONInteger(lastID))
    writer.key("protocol")
    writer.value(JSONInteger(ControlRequest.version))
    writer.key("request")
    writer.value(request)
    fill(&writer)
    writer.endObject()
    writer.newline()
    let sent = unsafe writer.bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    // Who hung up has said why, and that is yet to be read.
    guard sent == writer.count || (sent < 0 && errno == EPIPE) else { throw .ended }
    return lastID
  }

  /// Sends a request and waits for its result. What streams tell meanwhile is passed over.
  mutating func ask(
    _ request: String, _ fill: (inout JSONWriter) -> Void = { _ in }
  ) throws(ControlFailure) -> JSONObject {
    let id = try send(request, fill)
    while true {
      let message = try next()
      if let result = try message.result(of: id) { return result }
    }
  }

  /// The next message, which is waited for.
  mutating func next() throws(ControlFailure) -> JSONObject {
    while true {
      if let message = line() { return message }
      try receive()
    }
  }

  /// The messages that are there once the descriptor is readable.
  mutating func messages() throws(ControlFailure) -> [JSONObject] {
    try receive()
    var messages: [JSONObject] = []
    while let message = line() { messages.append(message) }
    return messages
  }

  private mutating func receive() throws(ControlFailure) {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var count: Int
    repeat { count = unsafe recv(descriptor, &chunk, chunk.count, 0) } while count < 0 && errno == EINTR
    guard count > 0 else { throw .ended }
    input += chunk.prefix(count)
  }

  private mutating func line() -> JSONObject? {
    while let end = input.firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(input[..<end])
      input.removeSubrange(...end)
      if case .object(let object)? = try? unsafe reader.readValue(line.span.bytes) { return object }
    }
    return nil
  }
}

extension JSONMembers<JSONValue> {
  /// The result that a message brings of the request `id`; `nil` if it is another message.
  func result(of id: UInt64) throws(ControlFailure) -> JSONObject? {
    if let error = self["error"]?.object, self.id == id || self.id == 0 {
      throw .refused(code: error["code"]?.text ?? "", message: error["message"]?.text ?? "")
    }
    return self.id == id ? self["result"]?.object : nil
  }

  /// The request or the stream that a message belongs to.
  var id: UInt64 { number("id") }

  func text(_ name: String) -> String { self[name]?.text ?? "" }
  func number(_ name: String) -> UInt64 { self[name]?.number ?? 0 }
  func real(_ name: String) -> Double {
    switch self[name] {
    case .number(let number)?: number
    case .integer(let integer)?: Double(integer.unsigned ?? 0)
    default: 0
    }
  }
  func truth(_ name: String) -> Bool { self[name] == .bool(true) }
  func object(_ name: String) -> JSONObject { self[name]?.object ?? [:] }
  func texts(_ name: String) -> [String] { self[name]?.list.compactMap(\.text) ?? [] }
  func objects(_ name: String) -> [JSONObject] { self[name]?.list.compactMap(\.object) ?? [] }
}

extension JSONValue {
  var text: String? { if case .string(let text) = self { text } else { nil } }
  var number: UInt64? { if case .integer(let integer) = self { integer.unsigned } else { nil } }
  var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  var list: [JSONValue] { if case .array(let list) = self { list } else { [] } }
}

/// Runs what talks to the agent, and says what went wrong.
func talking<Result>(_ body: () throws -> Result) throws -> Result {
  do { return try body() } catch let failure as ControlFailure {
    complain(failure)
    if case .refused(let code, _) = failure, code == ControlRefusal.Code.policies.rawValue {
      throw ExitCode(ExitStatus.failure)
    }
    throw ExitCode(ExitStatus.unusable)
  }
}

/// An object as a line of JSON.
func jsonLine(_ object: JSONObject) -> String {
  var writer = JSONWriter()
  writer.value(object)
  return writer.text
}
