import Foundation
import Support

/// A server in a process of its own that answers as it is told.
final class HTTPServer {
  struct Request {
    let path: String
    let headers: [String: String]
    let body: String
  }

  let port: Int
  private let program: Program
  private let log: String

  /// - Parameter port: where it listens; 0 for where nobody does.
  init(
    _ behaviours: [String] = [], answer: String = "{}", certificate: Certificate? = nil, port: Int = 0,
    in workplace: Workplace
  ) throws {
    log = workplace["requests-\(UInt32.random(in: 0 ... .max))"]
    let tls = certificate.map { ["--certificate", $0.file, "--key", $0.key] } ?? []
    let program = try Program(
      ["/usr/bin/env", "python3", Self.script, "--port", "\(port)", "--answer", answer] + tls + ["--", log]
        + behaviours,
      environment: ["PATH=\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"])
    var port: Int?
    try Program.wait {
      port = Int(String(decoding: program.output, as: UTF8.self).trimmingCharacters(in: .newlines))
      return try port != nil || program.hasEnded()
    }
    guard let port else { throw Failure("no server: \(program.errors)") }
    (self.program, self.port) = (program, port)
  }

  private static let script =
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "servers/http_server.py").path()

  /// What it took so far.
  var requests: [Request] {
    content(log).split(separator: "\n").compactMap { line in
      guard let request = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else { return nil }
      return Request(
        path: request["path"] as? String ?? "", headers: request["headers"] as? [String: String] ?? [:],
        body: request["body"] as? String ?? "")
    }
  }

  /// The numbers of the events that it took.
  var numbers: [Int] { requests.flatMap { ShipTests.numbers($0.body) } }
}

/// A certificate for 127.0.0.1 that it signed itself.
struct Certificate {
  let file: String
  let key: String

  init(name: String = "127.0.0.1", in workplace: Workplace) throws {
    file = workplace["\(name).crt"]
    key = workplace["\(name).key"]
    let alternative = name.first?.isNumber == true ? "IP:\(name)" : "DNS:\(name)"
    let outcome = try Outcome(of: [
      "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-keyout", key, "-out", file, "-days", "2", "-subj", "/CN=\(name)", "-addext", "subjectAltName=\(alternative)",
    ])
    guard outcome.status == 0 else { throw Failure("openssl: \(outcome.errors)") }
  }
}
