import MartletSchema
import Testing

struct JSONWriterTests {
  @Test(arguments: [
    ("", #""""#),
    ("plain", #""plain""#),
    (#"a"b\c/d"#, #""a\"b\\c/d""#),
    ("\u{08}\t\n\u{0c}\r", #""\b\t\n\f\r""#),
    ("\u{00}\u{01}\u{1f}\u{7f}", "\"\\u0000\\u0001\\u001f\u{7f}\""),
    ("žluťoučký kůň 馬 🐎", "\"žluťoučký kůň 馬 🐎\""),
  ])
  func `only what JSON demands is escaped`(text: String, expected: String) {
    var writer = JSONWriter()
    writer.value(text)
    #expect(writer.text == expected)
  }

  @Test func `an escape is found at every position of every length`() {
    for length in 1...70 {
      for position in 0..<length {
        for (special, escaped) in [("\"", #"\""#), ("\\", #"\\"#), ("\u{1f}", #"\u001f"#)] {
          let before = String(repeating: "x", count: position)
          let after = String(repeating: "\u{7f}", count: length - position - 1)
          var writer = JSONWriter(capacity: 1)
          writer.value(before + special + after)
          #expect(writer.text == "\"\(before)\(escaped)\(after)\"")
        }
      }
    }
  }

  @Test func `a text without escapes comes out as it is at every length`() {
    for length in 0...70 {
      let text = String(repeating: "é~ !", count: length).prefix(length)
      var writer = JSONWriter(capacity: 1)
      writer.value(String(text))
      #expect(writer.text == "\"\(text)\"")
    }
  }

  @Test(arguments: [
    (JSONInteger(0), "0"), (7, "7"), (10, "10"), (99, "99"), (100, "100"), (999, "999"), (1000, "1000"),
    (4_294_967_295, "4294967295"), (-1, "-1"), (JSONInteger(Int64.max), "9223372036854775807"),
    (JSONInteger(Int64.min), "-9223372036854775808"), (JSONInteger(UInt64.max), "18446744073709551615"),
  ])
  func `an integer keeps all of its 64 bits`(integer: JSONInteger, expected: String) {
    var writer = JSONWriter()
    writer.value(integer)
    #expect(writer.text == expected)
    #expect(integer.description == expected)
  }

  @Test func `every number of digits is written`() {
    var value: UInt64 = 1
    for _ in 1...19 {
      for number in [value - 1, value, value + 1, value * 9] {
        var writer = JSONWriter()
        writer.value(JSONInteger(number))
        #expect(writer.text == String(number))
      }
      value *= 10
    }
  }

  @Test func `commas stand between values, and nowhere else`() {
    var writer = JSONWriter()
    for _ in 1...2 {
      writer.beginObject()
      writer.key(EventContext.Key.name)
      writer.value("[")
      writer.key(EventContext.Key.variables)
      writer.value(["a": [1, -2, 1.5, [], [:], nil], "b": true, "c": "{"] as JSONValue)
      writer.key("x\"y")
      writer.beginArray()
      writer.null()
      writer.value(Timestamp(nanoseconds: 0))
      writer.endArray()
      writer.endObject()
      writer.newline()
    }
    let variables = #"{"a":[1,-2,1.5,[],{},null],"b":true,"c":"{"}"#
    let line = #"{"name":"[","variables":\#(variables),"x\"y":[null,"1970-01-01T00:00:00Z"]}"#
    #expect(writer.text == "\(line)\n\(line)\n")
  }

  @Test func `rendered text is spliced as a value and as members`() {
    var fragment = JSONWriter()
    UserContext(id: "root", group: "root").writeMembers(to: &fragment)
    var writer = JSONWriter()
    writer.beginObject()
    writer.rendered(fragment.bytes)
    writer.member(EventDocument.Key.title, "t")
    writer.rendered(fragment.bytes)
    writer.key(EventDocument.Key.date)
    fragment.removeAll()
    writer.rendered(fragment.bytes)
    fragment.value(true)
    writer.rendered(fragment.bytes)
    writer.endObject()
    #expect(writer.text == #"{"id":"root","group":"root","title":"t","id":"root","group":"root","date":true}"#)
  }

  @Test func `an object without members is written as braces`() {
    let agent = AgentContext(ruleID: "r")
    let event = EventDocument(agent: agent, title: "", container: ContainerContext(), dd: DDContext())
    #expect(event.json == #"{"agent":{"rule_id":"r"},"title":"","container":{},"dd":{}}"#)
  }

  @Test func `truncation forgets what came later`() {
    var writer = JSONWriter()
    writer.beginArray()
    writer.value("kept")
    let kept = writer.count
    writer.value("dropped")
    writer.truncate(to: kept)
    writer.endArray()
    #expect(writer.text == #"["kept"]"#)
  }
}
