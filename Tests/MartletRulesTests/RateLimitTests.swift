import MartletSchema
import Testing

@testable import MartletRules

struct RateLimitTests {
  private func sent(_ keys: String, at times: [Int64], fields: (Int) -> JSONObject = { _ in [:] }) throws -> [Int] {
    let scene = PolicyScene("rules: [{id: a, expression: exec.pid == 0\(keys)}]")
    return try times.indices.filter { try !scene.show("exec", fields($0), at: times[$0]).isEmpty }
  }

  @Test func `forty at once, then one each tenth of a second`() throws {
    let burst = [Int64](repeating: 0, count: 50)
    #expect(try sent("", at: burst).count == 40)
    #expect(try sent("", at: burst + [99_999_999]).count == 40)
    #expect(try sent("", at: burst + [100_000_000, 100_000_000]).count == 41)
    #expect(try sent("", at: burst + [Int64](repeating: 4 * second, count: 50)).count == 80)
  }

  @Test func `every gives one each so long`() throws {
    #expect(try sent(", every: 10s", at: [0, 1, 10 * second - 1, 10 * second, 19 * second, 20 * second]) == [0, 3, 5])
    #expect(try sent(", every: 292y", at: [0]) == [])
    #expect(try sent(", every: 9223372036854775807", at: [0, 1, .max]) == [0, 2])
  }

  @Test func `each combination of values has a bucket of its own`() throws {
    let names = ["a", "b", "a", "b", "c"]
    let sent = try sent(", every: 10s, limiter_token: [exec.comm, process.pid]", at: [0, 0, 0, 0, 0]) {
      ["exec.comm": .string(names[$0])]
    }
    #expect(sent == [0, 1, 4])
  }

  @Test func `an unknown field leaves one bucket`() throws {
    let sent = try sent(", every: 10s, limiter_token: [exec.comm, nope]", at: [0, 0]) {
      ["exec.comm": .string("\($0)")]
    }
    #expect(sent == [0])
  }

  @Test func `five hundred combinations are remembered`() throws {
    let order = [0] + Array(1...500) + [500, 0]
    let sent = try sent(", every: 10s, limiter_token: [exec.comm]", at: order.map { _ in 0 }) {
      ["exec.comm": .string("\(order[$0])")]
    }
    // 500 is still known; 0 had to go for it.
    #expect(sent == Array(0...500) + [502])
  }

  @Test func `actions run for every match, silent rules send nothing`() throws {
    let scene = PolicyScene(
      """
      rules:
        - {id: a, expression: exec.pid == 1, every: 1h, actions: [{set: {name: n, expression: "${n} + 1", default_value: 0}}]}
        - {id: s, expression: exec.pid == 1, silent: true, actions: [{set: {name: n, expression: "${n} + 1", default_value: 0}}]}
        - {id: q, expression: 'exec.pid == 2 && ${n} == 6'}
      """)
    let sent = try (0..<3).map { _ in try scene.matches("exec", ["exec.pid": .integer(1)]) }
    #expect(sent == [["a"], [], []])
    #expect(try scene.matches("exec", ["exec.pid": .integer(2)]) == ["q"])
    #expect(scene.detector.counts == Detector.Counts(matches: 7, silent: 3, limited: 2, failedActions: 0))
  }
}
