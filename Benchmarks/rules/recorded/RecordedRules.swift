import Glibc
import MartletAgent
import MartletModel
import MartletRules
import RulePack
import SECL

/// How many events a second rules can be asked about: `recorded-rules RECORDING [ROUNDS]`.
///
/// The events are those of a recording, in their order, with processes that come and go; the rules are our own pack,
/// filled up to 300 with made-up ones. Only the time between handing an event to the detector and getting the answer
/// counts, a reading of the clock included; the first event of each type, with which its index is made, does not.
@main
enum RecordedRules {
  static func main() throws {
    guard CommandLine.arguments.count >= 2 else { return print("usage: recorded-rules RECORDING [ROUNDS]") }
    let rounds = CommandLine.arguments.count > 2 ? max(1, Int(CommandLine.arguments[2]) ?? 1) : 7
    let rules = rules(count: 300)
    var rates: [Double] = []
    var count = 0
    var matches: UInt64 = 0
    for _ in 0..<rounds {
      let detector = Detector(rules)
      var reader: LiveEvent?
      // The event before: that it is freed is not the rules' work.
      var last: Event?
      var time: UInt64 = 0
      var seen: Set<String> = []
      count = 0
      try Replay.run(path: CommandLine.arguments[1]) { item in
        guard case .event(let event, let files) = item else { return }
        let live = reader ?? LiveEvent(event)
        live.inspector = files
        reader = live
        let isTimed = !seen.insert(event.type.name).inserted
        let start = nanoseconds
        live.move(to: event)
        detector.inspect(live, type: event.type.name, scopes: live.scopes) { _ in }
        if isTimed { (time, count) = (time + nanoseconds - start, count + 1) }
        _ = last
        last = event
      }
      rates.append(Double(count) / Double(time) * 1e3)
      matches = detector.counts.matches
    }
    let median = rates.sorted()[rates.count / 2]
    print("\(count) events of a build, \(rules.rules.count) rules, \(matches) matches")
    print(
      "millions of events a second on one core: \(hundredths(median)) (goal 1.00), best \(hundredths(rates.max() ?? 0))"
    )
    if median < 1 { exit(1) }
  }

  private static func rules(count: Int) -> RuleSet {
    var sources = RulePack.policies.map { PolicySource(name: $0.name, file: $0.name, bytes: $0.text) }
    let own = RuleSet.load(sources, for: LoadingConditions()).0.rules.count
    var text = "rules:\n"
    for number in 0..<max(0, count - own) {
      let expression =
        switch number % 4 {
        case 0: #"open.file.path == "/srv/app\#(number)/secret" && open.flags & O_WRONLY > 0"#
        case 1: #"exec.file.name in ["tool\#(number)", "other\#(number)"] && exec.args =~ "*--flag\#(number)*""#
        case 2: #"open.file.path =~ "/home/user\#(number)/.ssh/*" && process.file.name != "ssh""#
        default: #"exec.file.path != "/usr/bin/x\#(number)" && process.ancestors.file.name == "shell\#(number)""#
        }
      text += "  - {id: made_up_\(number), expression: '\(expression)'}\n"
    }
    sources.append(PolicySource(name: "made-up.policy", file: "made-up.policy", bytes: Array(text.utf8)))
    return RuleSet.load(sources, for: LoadingConditions()).0
  }

  private static var nanoseconds: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func hundredths(_ value: Double) -> String {
    let count = Int((value * 100).rounded())
    return "\(count / 100).\(count % 100 < 10 ? "0" : "")\(count % 100)"
  }
}
