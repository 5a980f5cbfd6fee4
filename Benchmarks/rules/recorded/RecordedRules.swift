import Glibc
import MartletAgent
import MartletModel
import MartletRules
import RulePack
import SECL

/// How many events a second rules can be asked about: `recorded-rules RECORDING`.
///
/// The events are those of a recording, in their order, with processes that come and go; the rules are our own pack,
/// filled up to 300 with made-up ones. What counts is the processor time between handing events to the detector and
/// getting its answers; the first one of each type, which makes its index, included.
@main
enum RecordedRules {
  static func main() throws {
    guard CommandLine.arguments.count == 2 else { return print("usage: recorded-rules RECORDING") }
    var events: [(event: Event, files: any FileInspector)] = []
    try Replay.run(path: CommandLine.arguments[1]) { item in
      if case .event(let event, let files) = item { events.append((event, files)) }
    }
    guard let first = events.first?.event else { return print("no event in it") }
    let rules = rules(count: 300)
    var rates: [Double] = []
    var matches: UInt64 = 0
    for _ in 0..<7 {
      let detector = Detector(rules)
      let reader = LiveEvent(first)
      let start = nanoseconds
      for (event, files) in events {
        reader.inspector = files
        reader.move(to: event)
        detector.inspect(reader, type: event.type.name, scopes: reader.scopes) { _ in }
      }
      rates.append(Double(events.count) / Double(nanoseconds - start) * 1e3)
      matches = detector.counts.matches
    }
    let median = rates.sorted()[rates.count / 2]
    print("\(events.count) events of a build, \(rules.rules.count) rules, \(matches) matches")
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
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func hundredths(_ value: Double) -> String {
    let count = Int((value * 100).rounded())
    return "\(count / 100).\(count % 100 < 10 ? "0" : "")\(count % 100)"
  }
}
