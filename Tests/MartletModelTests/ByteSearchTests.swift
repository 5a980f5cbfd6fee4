import MartletModel
import Testing

struct ByteSearchTests {
  @Test(
    arguments: [
      ("abcabd", "abd", 3), ("abc", "abc", 0), ("abc", "", 0), ("", "", 0), ("", "a", nil), ("ab", "abc", nil),
      ("aaab", "aab", 1), ("abab", "ba", 1), ("abc", "c", 2), ("abc", "d", nil), ("xab", "abc", nil),
    ] as [(String, String, Int?)])
  func `a part is found where it first occurs`(text: String, part: String, place: Int?) {
    let bytes = Array(text.utf8)
    #expect(bytes.firstOccurrence(of: part.utf8) == place.map { $0..<$0 + part.utf8.count })
  }
}
