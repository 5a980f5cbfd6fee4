import MartletContext
import Testing

struct ExecutableAnswerTests {
  @Test(arguments: ["/bin/sh", "/a b  c ", "/ä\n", "memfd:x"])
  func `an answer reads back`(path: String) {
    let answer = ExecutableAnswer(
      mountID: .max, inode: .max, mode: .max, uid: .max, gid: 7, mtime: (.min, 5), ctime: (-1, 999_999_999),
      path: path)
    let read = ExecutableAnswer(answer.text)
    #expect(read == answer)
    #expect(read?.path == path)
    #expect(read?.mtime.seconds == .min)
    #expect(read?.ctime.nanoseconds == 999_999_999)
  }

  @Test(arguments: [
    "", "1 2 3 4 5 6 7 8 9", "1 2 3 4 5 6 7 8 9 ", "x 2 3 4 5 6 7 8 9 /", "1 -2 3 4 5 6 7 8 9 /",
    "1 2 65536 4 5 6 7 8 9 /", "1 2 3 4 5 x 7 8 9 /", "1 2 3 4 5 6 7 8 9223372036854775808 /",
  ])
  func `what is of another shape is no answer`(text: String) {
    #expect(ExecutableAnswer(Array(text.utf8)) == nil)
  }
}
