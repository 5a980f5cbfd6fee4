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
    let end = Date(timeIntervalSinceNow: 20)
    while unsafe natsConnection_Connect(&connection, options) != NATS_OK {
      if Date() > end { throw Failure("no server of NATS answers") }
      usleep(50_000)
    }
  }

  deinit { unsafe natsConnection_Destroy(connection) }

  /// A request to JetStream.
  func ask(_ what: String, _ request: String = "") throws -> JSON {
    var answer: OpaquePointer?
    let status = unsafe natsConnection_RequestString(&answer, connection, "$JS.API.\(what)", request, 2000)
    guard status == NATS_OK, let answer = unsafe answer else { throw Failure("\(what): \(status.rawValue)") }
    defer { unsafe natsMsg_Destroy(answer) }
    let size = Int(unsafe natsMsg_GetDataLength(answer))
    return try JSON(
      unsafe UnsafeRawBufferPointer(start: natsMsg_GetData(answer), count: size).map { $0 })
  }

  /// Makes the stream `events` of the subjects below that.
  func makeStream(replicas: Int) throws {
    let stream = #"{"name":"events","subjects":["events.>"],"num_replicas":\#(replicas),"storage":"file"}"#
    let end = Date(timeIntervalSinceNow: 60)
    // Until servers have chosen a leader, nobody answers.
    while (try? ask("STREAM.CREATE.events", stream)["config"]["name"].string) != "events" {
      if Date() > end { throw Failure("no stream: \(try ask("STREAM.CREATE.events", stream))") }
      usleep(100_000)
    }
  }

  /// The numbers of the events in the stream.
  func storedNumbers() throws -> [Int] {
    var last: Int64?
    let end = Date(timeIntervalSinceNow: 20)
    while last == nil {
      last = try? ask("STREAM.INFO.events")["state"]["last_seq"].integer
      if Date() > end { throw Failure("the stream has no leader") }
    }
    return try (0..<Int(last ?? 0)).map { index in
      let message = try ask("STREAM.MSG.GET.events", "{\"seq\":\(index + 1)}")["message"]["data"].string ?? ""
      return numbers(String(decoding: Data(base64Encoded: message) ?? Data(), as: UTF8.self)).first ?? 0
    }
  }
}
