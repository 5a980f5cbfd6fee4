import Foundation
import Glibc
import Support
import Testing

/// Clients of the control socket that mean no good: each costs itself something, and nobody else.
@Suite(.kernel)
struct HostileClientTests {
  private let agent: Agent

  init() throws { agent = try Agent(["--no-own-rules", "--events", "exec"]) }

  /// The agent answers, sees what happens, and loses nothing.
  private func expectHealth() throws {
    try agent.watches(["/bin/true", "last"])
    let socket = try ControlSocket(agent.socket)
    let status = try socket.ask(#"{"id":7,"request":"status"}"#)
    #expect(status["id"].integer == 7 && status["result"]["health"]["ok"] == .bool(true))
    #expect(try agent.stop() == 0)
    #expect(agent.program.errors.contains(" 0 lost "))
    #expect(try agent.events().last?["process"]["args"][0].string == "last")
  }

  private func memory() throws -> Int64 {
    let socket = try ControlSocket(agent.socket)
    return try socket.ask(#"{"request":"status"}"#)["result"]["usage"]["memory"].integer ?? 0
  }

  @Test(
    arguments: [
      ("garbage", "malformed"), ("[1]", "malformed"), ("{", "malformed"), ("", "malformed"),
      (String(repeating: "[", count: 5000), "malformed"), (#"{"id":1,"id":1}"#, "malformed"),
      (#"{"request":"make coffee"}"#, "request"), (#"{"request":7}"#, "parameter"), ("{}", "parameter"),
      (#"{"request":"hello","protocol":2}"#, "protocol"), (#"{"request":"hello","id":-1}"#, "parameter"),
      (#"{"request":"status","more":1}"#, "parameter"), (#"{"request":"events","types":["nothing"]}"#, "parameter"),
      (#"{"request":"events","filter":"exec.nothing == 1"}"#, "filter"),
      (#"{"request":"events","format":"xml"}"#, "parameter"), (#"{"id":9,"request":"cancel","stream":3}"#, "gone"),
      (#"{"id":9,"request":"inspect","stream":1,"number":1}"#, "gone"),
    ])
  func `a bad request is answered by what is wrong with it`(line: String, code: String) throws {
    let socket = try ControlSocket(agent.socket)
    let answer = try socket.ask(line)
    #expect(answer["error"]["code"].string == code)
    if line.contains(#""id":9"#) { #expect(answer["id"].integer == 9) }
    socket.send(#"{"request":"hello"}"#)
    let next = try socket.line()
    // Behind what is no JSON there may be no requests at all.
    #expect(next?["result"]["protocol"].integer == (code == "malformed" ? nil : 1))
    try expectHealth()
  }

  /// Each event has an argument of 16 kB, so that some 130 are kept. How many are told in a second depends on how much
  /// time they take: those that are left out count as seen.
  @Test func `events that a client has kept take a bounded memory, and none once it is gone`() throws {
    let some = "a=$(printf '%016000d' 0); i=0; while [ $i -lt 25 ]; do /bin/true $a; i=$((i+1)); done"
    let before = try memory()
    do {
      let socket = try ControlSocket(agent.socket)
      _ = try socket.ask(#"{"id":1,"request":"events","types":["exec"],"format":"compact","keep":true}"#)
      var (told, seen, last, happened) = (0, Int64(0), Int64(0), Int64(0))
      while told < 400 {
        try agent.watches(["/bin/sh", "-c", some])
        happened += 25
        while seen < happened {
          let line = try socket.next()
          seen += line["dropped"].integer ?? 0
          guard let number = line["number"].integer else { continue }
          (told, seen) = (told + 1, seen + 1)
          // What is no event is not kept.
          if line["type"].string == "exec" { last = number }
        }
      }
      let growth = try memory() - before
      #expect(growth < 48 << 20, "\(growth >> 20) MiB for \(told) events")
      func inspected(_ number: Int64) throws -> JSON {
        socket.send(#"{"id":3,"request":"inspect","stream":1,"number":\#(number)}"#)
        while true {
          let line = try socket.next()
          if line["id"].integer == 3 { return line }
        }
      }
      #expect(try inspected(last)["result"]["text"].string?.contains("/bin/true") == true)
      #expect(try inspected(1)["error"]["code"].string == "gone")
    }
    try Program.wait { try memory() - before < 24 << 20 }
    try expectHealth()
  }

  @Test func `random bytes are no request`() throws {
    for seed in 0..<50 {
      let socket = try ControlSocket(agent.socket)
      var generator = SystemRandomNumberGenerator()
      let bytes = (0..<(1 << (seed % 14))).map { _ in UInt8.random(in: 0...255, using: &generator) }
      socket.send(bytes + [0x0a])
      #expect(try socket.line()?["error"]["code"].string == "malformed")
    }
    try expectHealth()
  }

  @Test func `a line of a megabyte is not taken`() throws {
    let before = try memory()
    for _ in 0..<32 {
      let socket = try ControlSocket(agent.socket)
      socket.send([UInt8](repeating: 0x61, count: 1 << 20))
      #expect(try socket.line()?["error"]["code"].string == "limit")
      #expect(try socket.line() == nil)
    }
    #expect(try memory() - before < 16 << 20)
    try expectHealth()
  }

  @Test func `who never reads is told what was left out, and costs a bounded amount`() throws {
    let lazy = try ControlSocket(agent.socket)
    _ = try lazy.ask(#"{"id":1,"request":"events","types":["exec"]}"#)
    for _ in 0..<4 {
      try agent.watches(["/bin/sh", "-c", "i=0; while [ $i -lt 500 ]; do /bin/true $i; i=$((i+1)); done"])
    }
    #expect(try memory() < 256 << 20)
    var (shown, dropped): (Int64, Int64) = (0, 0)
    try agent.watches(["/bin/true", "the last of all"])
    // With what it reads now there is room again.
    while shown + dropped < 2004, let line = try lazy.line() {
      dropped += line["dropped"].integer ?? 0
      if !line["event"]["evt"].isAbsent { shown += 1 }
      if line["event"]["process"]["args"][0].string == "the last of all" { break }
    }
    #expect(dropped > 0 && shown > 0)
    #expect(shown + dropped >= 2000)
    try expectHealth()
  }

  @Test func `who asks without reading the answers is not asked what it wants any more`() throws {
    let socket = try ControlSocket(agent.socket)
    let request = Array(#"{"request":"status"}"#.utf8) + [0x0a]
    let before = try memory()
    // At last not one is taken, though each second brings requests that would be answered.
    try Program.wait {
      var taken = 0
      let end = Date(timeIntervalSinceNow: 2)
      while Date() < end { if socket.send(request, waits: false) < 0 { usleep(1000) } else { taken += 1 } }
      return taken == 0
    }
    #expect(try memory() - before < 16 << 20)
    try expectHealth()
  }

  @Test func `a thousand connections leave room for the next one`() throws {
    var sockets: [ControlSocket] = []
    for _ in 0..<1000 {
      // Those beyond the limit are hung up on.
      if let socket = try? ControlSocket(agent.socket) { sockets.append(socket) }
    }
    #expect(sockets.count == 1000)
    let refused = try sockets.last?.line()
    #expect(refused?["error"]["code"].string == "limit")
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(agent.program.pid)/fd").count
    #expect(descriptors < 200)
    sockets = []
    try Program.wait {
      let socket = try ControlSocket(agent.socket)
      return try socket.ask(#"{"request":"hello"}"#)["result"]["protocol"].integer == 1
    }
    try expectHealth()
  }

  @Test func `nobody but root is let in, whatever the mode of the socket says`() throws {
    let status = [
      "/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", Program.martlet, "status", "--socket",
      agent.socket,
    ]
    let before = try Outcome(of: status)
    #expect(before.status == 2 && before.errors.contains("Permission denied"))
    unsafe chmod(agent.socket, 0o666)
    let after = try Outcome(of: status)
    #expect(after.status == 2 && after.errors.contains("this is for root"), "\(after.errors)")
    try expectHealth()
  }
}

/// A control socket that a group may use.
@Suite(.kernel)
struct ControlGroupTests {
  @Test(arguments: [["--regid=4321", "--clear-groups"], ["--regid=65534", "--groups=4321"]])
  func `its members are let in`(options: [String]) throws {
    let agent = try Agent(["--no-own-rules", "--set", "control.group=4321"])
    func status(_ options: [String]) throws -> Outcome {
      try Outcome(
        of: ["/usr/bin/setpriv", "--reuid=65534"] + options + [Program.martlet, "status", "--socket", agent.socket])
    }
    #expect(try status(options).status == 0)
    #expect(try status(["--regid=65534", "--clear-groups"]).status == 2)
    #expect(try agent.stop() == 0)
  }

  @Test func `a group that there is not is told, and the agent watches all the same`() throws {
    let agent = try Agent(["--no-own-rules", "--set", "control.group=nobody-s-group"])
    #expect(agent.program.errors.contains("there is no group 'nobody-s-group'"))
    #expect(try agent.told(["status"]).status == 2)
    #expect(try agent.stop() == 0)
  }
}
