import Glibc
import Support
import Testing

@Suite(.kernel)
struct SetsockoptTests {
  /// The events that hold `expression` while an actor does something.
  private func matched(_ words: [String], _ expression: String) throws -> Trace {
    let place = try Workplace()
    let policy = try place.file(
      "options.policy", "rules:\n  - id: option\n    expression: >-\n      \(expression.replacing("\n", with: " "))\n")
    return try Trace(words, policy: policy, options: ["--only-matches"])
  }

  @Test func `an option is told of the process that set it`() throws {
    let words = ["attach-filter", "4"]
    let trace = try Trace(words, options: ["--events", "setsockopt"])
    expect(try trace.only("setsockopt"), .event("setsockopt", "Kernel Activity", process: try .actor(trace, words)))
  }

  @Test func `a rule knows the socket and the filter that was attached`() throws {
    let trace = try matched(
      ["attach-filter", "4"],
      #"""
      setsockopt.level == SOL_SOCKET && setsockopt.optname == SO_ATTACH_FILTER && setsockopt.retval == 0
      && setsockopt.socket_family == AF_PACKET && setsockopt.socket_type == SOCK_RAW
      && setsockopt.filter_len == 4 && !setsockopt.is_filter_truncated && setsockopt.used_immediates == 29269
      && setsockopt.filter_instructions == "ldh [12]; jeq #0x7255, 0, 1; ret #65535; ret #0"
      && setsockopt.filter_hash == "908c272beeea50e2db4d5b1cd285db2bd6ce2aa8c07fdcd5a92d07f1a6620e5d"
      """#)
    #expect(trace.events.count == 1)
  }

  @Test func `a long filter is told by its beginning`() throws {
    let trace = try matched(["attach-filter", "600"], "setsockopt.filter_len == 600 && setsockopt.is_filter_truncated")
    #expect(trace.events.count == 1)
  }

  @Test func `32-bit programs set options by a call of their own, or by the one for all of sockets`() throws {
    // The socket that is made first is the next descriptor that is free.
    let trace = try matched(
      [
        "call-compat", "359", "n:2", "n:2", "n:0", "then", "366", "n:3", "n:1", "n:2", "l:1,0,0,0", "n:4", "then",
        "102", "n:14", "l:3,1,2,0",
      ],
      """
      setsockopt.level == SOL_SOCKET && setsockopt.optname == SO_REUSEADDR && setsockopt.socket_type == SOCK_DGRAM
      && setsockopt.socket_family == AF_INET && setsockopt.socket_protocol == IP_PROTO_UDP
      """)
    // The third has no value, and fails.
    #expect(trace.events.count == 1)
  }
}
