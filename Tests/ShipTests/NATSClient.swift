import CNats
import Foundation
import Glibc
import Support

/// A connection to servers of NATS, by which a test asks their JetStream.
@safe final class NATSClient {
  private var connection: OpaquePointer?

  /// Connects as soon as one of them answers, over TLS if the server has `certificate`.
  init(_ urls: [String], trusting certificate: Certificate? = nil) throws {
    var options: OpaquePointer?
    unsafe natsOptions_Create(&options)
    defer { unsafe natsOptions_Destroy(options) }
    var servers: [UnsafePointer<CChar>?] = unsafe urls.map { unsafe UnsafePointer(strdup($0)) }
    unsafe natsOptions_SetServers(options, &servers, Int32(servers.count))
    if let certificate {
      unsafe natsOptions_SetSecure(options, true)
      unsafe natsOptions_LoadCATrustedCertificates(options, certificate.file)
      // What is tested is not this client.
      unsafe natsOptions_SkipServerVerification(options, true)
    }
    try Program.wait { unsafe natsConnection_Connect(&connection, options) == NATS_OK }
  }

  deinit { unsafe natsConnection_Destroy(connection) }

  /// A request to JetStream, which has so many milliseconds to answer.
  func ask(_ what: String, _ request: String = "", patience: Int64 = 60_000) throws -> JSON {
    var answer: OpaquePointer?
    let status = unsafe natsConnection_RequestString(&answer, connection, "$JS.API.\(what)", request, patience)
    guard status == NATS_OK, let answer = unsafe answer else { throw Failure("\(what): \(status.rawValue)") }
    defer { unsafe natsMsg_Destroy(answer) }
    let size = Int(unsafe natsMsg_GetDataLength(answer))
    return try JSON(
      unsafe UnsafeRawBufferPointer(start: natsMsg_GetData(answer), count: size).map { $0 })
  }

  /// Makes the stream `events` of the subjects below that.
  func makeStream(replicas: Int) throws {
    let stream = #"{"name":"events","subjects":["events.>"],"num_replicas":\#(replicas),"storage":"file"}"#
    // Until servers have chosen a leader, nobody answers.
    try Program.wait { (try? ask("STREAM.CREATE.events", stream, patience: 2000)["config"]["name"].string) == "events" }
  }

  /// The numbers of the events in the stream.
  func storedNumbers() throws -> [Int] {
    var last: Int64?
    // The same while they choose another.
    try Program.wait {
      last = try? ask("STREAM.INFO.events", patience: 2000)["state"]["last_seq"].integer
      return last != nil
    }
    return try (0..<Int(last ?? 0)).map { index in
      let message = try ask("STREAM.MSG.GET.events", "{\"seq\":\(index + 1)}")["message"]["data"].string ?? ""
      return numbers(String(decoding: Data(base64Encoded: message) ?? Data(), as: UTF8.self)).first ?? 0
    }
  }
}
