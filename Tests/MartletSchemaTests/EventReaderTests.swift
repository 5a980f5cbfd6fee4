import MartletSchema
import Testing

struct EventReaderTests {
  @Test(arguments: Samples.all)
  func `what was written reads back equal and is written the same`(line: String) throws {
    let event = try EventDocument(json: line)
    #expect(event.json == line)
    #expect(try EventDocument(json: event.json) == event)
  }

  @Test(arguments: [
    (#"{"title":"t", "agent" : {"rule_id":"\u0041\/"}}"#, #"{"agent":{"rule_id":"A/"},"title":"t"}"#),
    (
      #"{"agent":{"rule_id":""},"title":"","date":"2024-10-02t16:03:07.100+02:00"}"#,
      #"{"agent":{"rule_id":""},"title":"","date":"2024-10-02T14:03:07.1Z"}"#
    ),
    (
      #"{"agent":{"rule_id":""},"title":"","dd":{"span_id":1.50e1,"trace_id":-0}}"#,
      #"{"agent":{"rule_id":""},"title":"","dd":{"span_id":15,"trace_id":0}}"#
    ),
    (
      #"{"agent":{"rule_id":"","rule_actions":[1.0,1E2,{"b":1,"a":2}]},"title":""}"#,
      #"{"agent":{"rule_id":"","rule_actions":[1.0,100.0,{"b":1,"a":2}]},"title":""}"#
    ),
  ])
  func `text from elsewhere is read and written in the canonical form`(json: String, canonical: String) throws {
    #expect(try EventDocument(json: json).json == canonical)
  }

  @Test(arguments: [
    (#"{"agent":{"rule_id":7},"title":""}"#, "/agent/rule_id: is a number, expected a string"),
    (
      #"{"agent":{"rule":""},"title":""}"#,
      "/agent/rule: is unknown, expected no such property; did you mean 'rule_id'?"
    ),
    (#"{"agent":{"rule_id":""}}"#, "/title: is missing, expected a string"),
    (
      #"{"agent":{"rule_id":""},"title":"","title":""}"#,
      "/title: is there twice, expected different names in one object"
    ),
    (
      #"{"agent":{"rule_id":""},"title":"","evt":{"variables":{"a":1,"a":1}}}"#,
      "/evt/variables/a: is there twice, expected different names in one object"
    ),
    (
      #"{"agent":{"rule_id":""},"title":""} x"#,
      "(document): malformed JSON at column 37: expected the end of the line after the value"
    ),
    (
      #"{"agent":{"rule_id":""},"title":"","date":"3000-01-01T00:00:00Z"}"#,
      "/date: is too far from now, expected a time from 1677-09-21 to 2262-04-11"
    ),
    (
      #"{"agent":{"rule_id":""},"title":"","dd":{"span_id":1e-1}}"#,
      "/dd/span_id: is a number with a fraction, expected an integer"
    ),
  ])
  func `the first violation is thrown`(json: String, message: String) {
    let violation = #expect(throws: Violation.self) { try EventDocument(json: json) }
    #expect(violation?.description == message)
  }

  @Test(arguments: [
    ("2262-04-11T23:47:16.854775807Z", Int64.max), ("1677-09-21T00:12:43.145224192Z", Int64.min),
    ("1969-12-31T23:59:59.999999999Z", -1), ("1970-01-01T00:00:00.1234567899Z", 123_456_789),
    ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T23:30:00-00:30", 0),
  ])
  func `a date and time is read to the nanosecond`(text: String, nanoseconds: Int64) throws {
    let event = try EventDocument(json: #"{"agent":{"rule_id":""},"title":"","date":"\#(text)"}"#)
    #expect(event.date == Timestamp(nanoseconds: nanoseconds))
  }

  @Test(arguments: ["2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z"])
  func `a date and time past the range is refused`(text: String) {
    #expect(throws: Violation.self) {
      try EventDocument(json: #"{"agent":{"rule_id":""},"title":"","date":"\#(text)"}"#)
    }
  }
}
