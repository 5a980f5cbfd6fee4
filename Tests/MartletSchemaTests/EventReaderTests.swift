import MartletSchema
import Testing

struct EventReaderTests {
  @Test(arguments: Samples.all)
  func `what was written reads back equal and is written the same`(line: String) throws {
    let event = try EventDocument(json: line)
    #expect(event.json == line)
    #expect(try EventDocument(json: event.json) == event)
  }
}
