import CLinux
import Glibc
package import MartletModel
import MartletOutput
import MartletSchema
import SECL

/// The control socket: answers who wants to know how the agent is, and shows events as they come.
///
/// It has no thread of its own. Clients are served between two looks at the ring, a little each time: one that asks too
/// much, or does not read what it is sent, has to wait or loses what it asked for, and nobody else does.
package final class ControlServer: Attendant {
  private let options: ControlOptions
  private let gid: gid_t
  private var listener: Int32
  /// What the listener's descriptor leads to: nothing once it is lost.
  private var socket: String
  /// Which file stands at the path, so that no other one is removed in the end.
  private var identity: (device: dev_t, inode: ino_t)
  private var poller: Poller
  private var connections: [Int32: ControlConnection] = [:]
  private let streams = EventStreams()
  private var isObserving = false
  private var rates = EventRates()
  private var usage = AgentUsage()
  /// Who waits for policies to be loaded, and how many loads there had been when they asked.
  private var reloads: [(connection: ControlConnection, id: UInt64, loads: Int)] = []
  private var isAdded = false
  /// Whether memory that a stream took is to be given back.
  private var mustTrim = false

  /// Clients at a time, and those among them that are not root.
  private static let mostClients = 32
  private static let mostGuests = 16
  /// What is done at a time: connections that are taken, and requests of one client that are answered.
  private static let acceptsInTurn = 16
  private static let requestsInTurn = 8
  /// Requests in a second, of all clients.
  private static let requestsInSecond = 400

  /// Begins to listen; to be done before privileges are dropped.
  package init(_ options: ControlOptions) throws(ControlError) {
    self.options = options
    gid = try options.gid()
    let parts = options.path.split(separator: "/").dropLast()
    // For `/run/martlet`, which systemd makes where it starts the agent.
    if options.path.hasPrefix("/") { unsafe mkdir("/" + parts.joined(separator: "/"), 0o755) }
    listener = unsafe clinux_listen(options.path, gid)
    guard listener >= 0 else {
      let reason = errno == EADDRINUSE ? "another agent listens there" : unsafe String(cString: strerror(errno))
      throw ControlError(description: "cannot listen at '\(options.path)': \(reason)")
    }
    (socket, identity) = (target(of: listener), options.identity)
    do throws(AgentError) {
      poller = try Poller([listener])
    } catch { throw ControlError(description: error.description) }
  }

  // MARK: Attendant

  package var descriptor: Int32 { poller.descriptor }

  package func attend(_ agent: AgentSession) {
    for ready in poller.ready(within: 0) {
      if ready.descriptor == listener {
        accept()
      } else if let connection = connections[ready.descriptor] {
        serve(connection, agent)
        if ready.isHungUp { connection.breakOff() }
      }
    }
  }

  package func turn(_ agent: AgentSession) {
    if !isAdded {
      isAdded = true
      streams.files = agent.files
      agent.add(streams)
    }
    guard !connections.isEmpty else { return }
    tellLoads(agent)
    for connection in connections.values { settle(connection, agent) }
  }

  package func tick(_ agent: AgentSession) {
    let report = agent.report()
    rates.read(report.ledger)
    usage.read(report)
    streams.tick()
    if mustTrim { clinux_trim_heap() }
    mustTrim = false
    let allowance = Self.requestsInSecond / max(connections.count, 1)
    for connection in connections.values { connection.tick(allowance: allowance) }
    let watchers = connections.values.filter { !$0.stats.isEmpty }
    let busiest = agent.tally?.take(Self.shownProcesses) ?? []
    for connection in watchers where connection.hasRoom {
      for id in connection.stats {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("id", id)
        writer.object("stats") { status(agent, report).writeStats(busiest, to: &$0) }
        writer.endObject()
        connection.queue(writer)
      }
    }
  }

  private static let shownProcesses = 50

  package func stop(_ agent: AgentSession) {
    for connection in connections.values { connection.flush() }
    connections = [:]
    agent.remove(streams)
    if options.identity == identity { unsafe unlink(options.path) }
  }

  package func mend() -> Disturbance? {
    let hasSocket = socket.isEmpty || target(of: listener) == socket
    if hasSocket, poller.isOpen { return nil }
    if !hasSocket {
      listener = unsafe clinux_listen(options.path, gid)
      (socket, identity) = (target(of: listener), options.identity)
    }
    if !poller.isOpen { poller.forgetDescriptor() }
    let anew = try? Poller(listener < 0 ? [] : [listener])
    let isMended = anew != nil && listener >= 0
    if let anew {
      poller = anew
      for connection in connections.keys { try? poller.add(connection) }
    }
    return Disturbance(.descriptorLost, isMended ? .mended : .lasting, subject: "control")
  }

  // MARK: Clients

  private func accept() {
    for _ in 0..<Self.acceptsInTurn {
      var peer = clinux_peer()
      let descriptor = unsafe clinux_accept(listener, &peer)
      guard descriptor >= 0 else { return }
      let connection = ControlConnection(descriptor, peer)
      if let refusal = refusal(of: connection) {
        connection.refuse(refusal)
        connection.flush()
      } else if (try? poller.add(descriptor)) != nil {
        connections[descriptor] = connection
      }
    }
  }

  /// Why a client is not let in. The socket's mode has let it come this far, but a mode is soon changed.
  private func refusal(of connection: ControlConnection) -> ControlRefusal? {
    let isRoot = connection.isRoot
    guard isRoot || (gid != clinux_no_group && connection.isIn(gid)) else {
      return ControlRefusal(.forbidden, "this is for root and for members of control.group")
    }
    guard connections.count < Self.mostClients,
      isRoot || connections.values.count(where: { !$0.isRoot }) < Self.mostGuests
    else { return ControlRefusal(.limit, "there are too many clients") }
    return nil
  }

  private func serve(_ connection: ControlConnection, _ agent: AgentSession) {
    connection.receive()
    for _ in 0..<Self.requestsInTurn {
      guard let line = connection.request() else { break }
      var id: UInt64?
      do throws(ControlRefusal) {
        let request = try unsafe ControlRequest(line: line.span.bytes)
        id = request.id
        try answer(request, of: connection, agent)
      } catch {
        var error = error
        error.id = error.id ?? id
        connection.refuse(error)
        // What comes next may be no request either.
        if error.code == .malformed { connection.hangUp() }
      }
    }
  }

  /// Sends what waits, and sees to it that what cannot be done now is done later.
  private func settle(_ connection: ControlConnection, _ agent: AgentSession) {
    connection.flush()
    guard connection.isDone(isOwed: reloads.contains { $0.connection === connection }) else {
      return connection.heed { poller.heed(connection.descriptor, readable: $0, writable: $1) }
    }
    for (id, stream) in connection.streams { end(stream, id, of: connection) }
    connections[connection.descriptor] = nil
    reloads.removeAll { $0.connection === connection }
    observe(agent)
  }

  // MARK: Requests

  private func answer(
    _ request: ControlRequest, of connection: ControlConnection, _ agent: AgentSession
  ) throws(ControlRefusal) {
    let id = request.id
    switch request.action {
    case .hello:
      connection.answer(id) { writer in
        writer.member("protocol", ControlRequest.version)
        writer.member("version", Martlet.version)
        writer.member("pid", UInt64(getpid()))
      }
    case .status(let cgroups):
      connection.charge(1 + cgroups / 32)
      let status = status(agent)
      connection.answer(id) { status.write(cgroups: cgroups, to: &$0) }
    case .ledger(let cgroups):
      connection.charge(1 + cgroups / 32)
      let status = status(agent)
      connection.answer(id) { status.writeLedger(cgroups: cgroups, to: &$0) }
    case .rules:
      let status = status(agent)
      connection.answer(id) { status.writePolicies(to: &$0) }
    case .filters:
      connection.charge(40)
      connection.wantsFilters = true
      observe(agent)
      let report = status(agent).report
      guard let tally = agent.filterTally else { return }
      connection.answer(id) { FilterDocument(tally: tally, report: report, shown: agent.shown).write(to: &$0) }
    case .reload:
      reloads.append((connection, id, agent.loads))
      agent.reload()
    case .events(let wanted):
      try admitStream(id, connection)
      let stream = try EventStream(id, wanted)
      connection.streams[id] = stream
      streams.add(stream, of: connection)
      let unseen = agent.observe(streams.types).intersection(stream.types)
      connection.answer(id) { writer in
        writer.key("types")
        writer.value(stream.types.subtracting(unseen).map(\.name).sorted())
        writer.key("unseen")
        writer.value(unseen.map(\.name).sorted())
      }
    case .stats:
      try admitStream(id, connection)
      connection.stats.insert(id)
      observe(agent)
      connection.answer(id) { _ in }
    case .inspect(let inspected):
      guard let stream = connection.streams[inspected.stream],
        let (event, matches) = stream.event(numbered: inspected.number)
      else { throw ControlRefusal(.gone, "the event is not kept, or no more") }
      connection.answer(id) { Inspector(agent: agent, style: inspected.style).write(event, matches, to: &$0) }
    case .cancel(let number):
      if let stream = connection.streams[number] {
        end(stream, number, of: connection)
      } else if connection.stats.remove(number) == nil {
        throw ControlRefusal(.gone, "there is no such stream")
      }
      observe(agent)
      connection.answer(id) { _ in }
    }
  }

  private func end(_ stream: EventStream, _ id: UInt64, of connection: ControlConnection) {
    streams.remove(stream)
    connection.streams[id] = nil
    mustTrim = mustTrim || stream.keeps
  }

  private func admitStream(_ id: UInt64, _ connection: ControlConnection) throws(ControlRefusal) {
    guard connection.streams[id] == nil, !connection.stats.contains(id) else {
      throw ControlRefusal(.parameter, "this id is already that of a stream")
    }
    guard connection.streamCount < ControlConnection.mostStreams else {
      throw ControlRefusal(.limit, "there are too many streams")
    }
  }

  /// Has the agent look at what somebody wants to be shown, and at nothing else.
  private func observe(_ agent: AgentSession) {
    _ = agent.observe(streams.types)
    let isCounting = connections.values.contains { !$0.stats.isEmpty }
    if isCounting != (agent.tally != nil) { agent.tally = isCounting ? ProcessTally() : nil }
    let wantsFilters = connections.values.contains { $0.wantsFilters }
    if wantsFilters != (agent.filterTally != nil) {
      agent.filterTally = wantsFilters ? FilterTally(agent.loaded.rules) : nil
    }
  }

  /// Tells those who had policies loaded what came of it.
  private func tellLoads(_ agent: AgentSession) {
    for (connection, id, loads) in reloads where loads != agent.loads {
      if let refusal = agent.refusal {
        connection.refuse(ControlRefusal(.policies, refusal, id: id))
      } else {
        let report = agent.loaded.report
        connection.answer(id) { writer in
          writer.member("rules", UInt64(report.loadedRules))
          writer.member("errors", UInt64(report.errors))
          writer.member("warnings", UInt64(report.warnings))
        }
      }
    }
    reloads.removeAll { $0.loads != agent.loads }
  }

  private func status(_ agent: AgentSession) -> StatusDocument { status(agent, agent.report()) }

  private func status(_ agent: AgentSession, _ report: TraceReport) -> StatusDocument {
    StatusDocument(
      agent: agent, report: report, rates: rates, usage: usage, clients: connections.count,
      streams: connections.values.reduce(0) { $0 + $1.streamCount })
  }
}
