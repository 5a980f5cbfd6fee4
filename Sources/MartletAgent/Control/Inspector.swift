import MartletModel
import MartletOutput
import MartletRules
import MartletSchema

/// All that there is to tell of one event: its tree, and how the rules that it matched came to hold.
struct Inspector {
  let agent: AgentSession
  let style: ScreenStyle

  func write(_ event: Event, _ matches: [Match], to writer: inout JSONWriter) {
    var pretty = PrettyFormatter(style: style)
    var text: [UInt8] = []
    pretty.append(event, matches, to: &text)
    writer.member("text", String(decoding: text.dropLast(), as: UTF8.self))
    let explanation = ExplanationText(inks: Inks(isColored: style.color))
    writer.list("why", matches.map(\.rule)) { writer, signature in
      let explanations = agent.explanations(of: signature, about: event)
      // Of a group of rules that sign alike, those that hold.
      let holding = explanations.filter(\.holds)
      let lines = (holding.isEmpty ? explanations : holding).flatMap(explanation.lines)
      writer.member("rule", signature.id)
      writer.member("holds", !holding.isEmpty)
      writer.member("text", lines.joined(separator: "\n"))
    }
  }
}
