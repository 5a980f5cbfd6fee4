import Glibc
import Support
import Testing

@Suite(.kernel)
struct BPFTests {
  private let map: Pattern = ["name": "actor_map", "map_type": "BPF_MAP_TYPE_ARRAY"]

  private func program(_ trace: Trace, _ type: String, attachType: Pattern = .absent) throws -> Pattern {
    let tag = trace.values("tag").map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    #expect(tag.count == 16)
    return [
      "name": "actor_prog", "tag": Pattern(tag), "program_type": Pattern("BPF_PROG_TYPE_" + type),
      "attach_type": attachType, "helpers": ["BPF_KTIME_GET_NS", "BPF_GET_PRANDOM_U32", "BPF_KTIME_GET_COARSE_NS"],
    ]
  }

  @Test func `a command on a map tells the map, found or not found what it looked for`() throws {
    let words = ["bpf-maps"]
    let trace = try Trace(words)
    #expect(try trace.value("missing") == Int64(ENOENT) && trace.value("batch") == 0)
    let commands = [
      ("MAP_CREATE", "Success"), ("MAP_UPDATE_ELEM", "Success"), ("MAP_LOOKUP_ELEM", "Success"),
      ("MAP_LOOKUP_ELEM", "Error"), ("MAP_LOOKUP_BATCH", "Success"), ("MAP_FREEZE", "Success"),
    ]
    let events = trace.events("bpf")
    try #require(events.count == commands.count)
    for (event, (command, outcome)) in zip(events, commands) {
      expect(
        event,
        .event(
          "bpf", "Kernel Activity", outcome: outcome, process: try .actor(trace, words),
          ["bpf": ["cmd": Pattern("BPF_" + command), "map": map]]))
    }
  }

  @Test func `a command on a program tells the program, and which helpers it calls`() throws {
    let trace = try Trace(["bpf-programs"])
    let filter = try program(trace, "SOCKET_FILTER")
    let dissector = try program(trace, "FLOW_DISSECTOR")
    let lookup = try program(trace, "SK_LOOKUP", attachType: "BPF_SK_LOOKUP")
    let commands: [(String, Pattern, Pattern)] = [
      ("PROG_LOAD", filter, .absent), ("OBJ_GET_INFO_BY_FD", filter, .absent), ("PROG_TEST_RUN", filter, .absent),
      ("MAP_CREATE", .absent, map), ("PROG_BIND_MAP", filter, map), ("PROG_GET_FD_BY_ID", filter, .absent),
      ("PROG_LOAD", dissector, .absent), ("PROG_ATTACH", dissector, .absent), ("PROG_DETACH", dissector, .absent),
      ("PROG_LOAD", lookup, .absent), ("PROG_LOAD", lookup, .absent), ("LINK_CREATE", lookup, .absent),
      ("LINK_UPDATE", lookup, .absent),
    ]
    let events = trace.events("bpf")
    try #require(events.count == commands.count)
    for (event, (command, program, map)) in zip(events, commands) {
      expect(event["bpf"], ["cmd": Pattern("BPF_" + command), "program": program, "map": map])
    }
  }

  @Test func `a program that could meddle with others tells by what helpers`() throws {
    let trace = try Trace(["bpf-meddling"])
    let loads = trace.events("bpf")
    try #require(loads.count == 3)
    let programs = [
      ("signals", "RAW_TRACEPOINT", ["BPF_SEND_SIGNAL"]), ("writes", "RAW_TRACEPOINT", ["BPF_PROBE_WRITE_USER"]),
      ("overrides", "KPROBE", ["BPF_OVERRIDE_RETURN"]),
    ]
    #expect(try trace.value("signals") == 0)
    for (load, (name, type, helpers)) in zip(loads, programs) {
      // A kernel that refuses it has no program to tell of.
      let isLoaded = try trace.value(name) == 0
      expect(load["evt"]["outcome"], isLoaded ? "Success" : try trace.value(name) == Int64(EPERM) ? "Refused" : "Error")
      let program: Pattern = [
        "name": "actor_prog", "tag": .matching("^[0-9a-f]{16}$"), "program_type": Pattern("BPF_PROG_TYPE_" + type),
        "helpers": Pattern(helpers),
      ]
      expect(load["bpf"], ["cmd": "BPF_PROG_LOAD", "program": isLoaded ? program : .absent])
    }
  }

  @Test func `what fails has no object`() throws {
    let trace = try Trace(["bpf-failing"])
    #expect(try trace.value("refused") == Int64(EPERM))
    let events = trace.events("bpf")
    try #require(events.count == 4)
    #expect(events.map { $0["evt"]["outcome"].string } == ["Error", "Error", "Error", "Refused"])
    let commands = ["", "BPF_PROG_LOAD", "BPF_MAP_FREEZE", "BPF_PROG_LOAD"]
    for (event, command) in zip(events, commands) { expect(event["bpf"], ["cmd": Pattern(command)]) }
  }
}
