import Glibc
import MartletContext
import Testing

private let mask = Scrubber.mask
private let key = "AKIAIOSFODNN7EXAMPLE"

struct ScrubberTests {
  @Test(
    arguments: [
      // Behind the word: `=`, `:`, blanks, or the next argument.
      (["mysql", "--password=x"], ["mysql", "--password=********"]),
      (["mysql", "--password", "x"], ["mysql", "--password", mask]),
      (["mysql", "-password", "x", "y"], ["mysql", "-password", mask, "y"]),
      (["mysql", "password:x"], ["mysql", "password:********"]),
      (["env", "PASSWORD=x", "make"], ["env", "PASSWORD=********", "make"]),
      (["env", "DbPassWord_2=x"], ["env", "DbPassWord_2=********"]),
      (["a", "--password=x=y:z"], ["a", "--password=********"]),
      (["a", "--password==x"], ["a", "--password=********"]),
      (["curl", "-H", "x-api_key: abc"], ["curl", "-H", "x-api_key: ********"]),
      (["curl", "-H", "X-Auth-Token:abc", "u"], ["curl", "-H", "X-Auth-Token:********", "u"]),
      (["curl", "-d", #"{"password":"x"}"#], ["curl", "-d", #"{"password":********"#]),
      (["http", "api_key:", "abc"], ["http", "api_key:", mask]),
      // Within one argument, whatever kind of blank.
      (["sh", "-c", "mysql --password x -e y"], ["sh", "-c", "mysql --password ******** -e y"]),
      (["sh", "-c", "MYSQL_PWD=x mysql"], ["sh", "-c", "MYSQL_PWD=******** mysql"]),
      (["sh", "-c", "cd /\npassword=x\nls"], ["sh", "-c", "cd /\npassword=********\nls"]),
      (["sh", "-c", "a\tsecret\t\tx\ty"], ["sh", "-c", "a\tsecret\t\t********\ty"]),
      (["a", "password = x y"], ["a", "password = ******** y"]),
      (["a", "password : x y"], ["a", "password : ******** y"]),
      (["a", "  password   x  y  "], ["a", "  password   ********  y  "]),
      // Boundaries: an argument is never split or joined, and a value that is an argument is whole.
      (["a", "one two", "--secret=x", "three  four"], ["a", "one two", "--secret=********", "three  four"]),
      (["a", "--password", "my long phrase", "b"], ["a", "--password", mask, "b"]),
      (["a", "--password", "my secret", "b"], ["a", "--password", mask, mask]),
      (["a", "--password", "", "b"], ["a", "--password", mask, "b"]),
      (["a", "", "--password", "x", ""], ["a", "", "--password", mask, ""]),
      (["a", "b --password ", "x y"], ["a", "b --password ", mask]),
      // Every word announces, even one that is itself a secret.
      (["a", "token", "password", "x"], ["a", "token", mask, mask]),
      (["a", "token password=x"], ["a", "token ********"]),
      (
        ["a", "--token=a", "--secret=b", "--apikey=c"],
        ["a", "--token=********", "--secret=********", "--apikey=********"]
      ),
      // The words.
      (["a", "--passwd=x"], ["a", "--passwd=********"]),
      (["a", "my_access_token_1=x"], ["a", "my_access_token_1=********"]),
      (["a", "apiKey=x"], ["a", "apiKey=********"]),
      (["a", "AWS_SECRET_ACCESS_KEY=x"], ["a", "AWS_SECRET_ACCESS_KEY=********"]),
      (["a", "git.credentials:x"], ["a", "git.credentials:********"]),
      (["a", "stripetoken=x"], ["a", "stripetoken=********"]),
      (["a", "secret/path=x"], ["a", "secret/path=********"]),
      // The program's name is kept; a word at its end still announces.
      (["password", "x"], ["password", "x"]),
      (["password=x", "y"], ["password=x", "y"]),
      (["vault token", "x"], ["vault token", mask]),
      (["vault token x", "y"], ["vault token x", "y"]),
      // Cloud keys need no word.
      (["aws", key], ["aws", mask]),
      (["aws", "--id=\(key),ASIA0123456789ABCDEF;"], ["aws", "--id=********,********;"]),
      (["aws", "x_\(key)_x"], ["aws", "x_********_x"]),
      (["aws", "--token=\(key)x", key], ["aws", "--token=********", mask]),
      (["aws", "ä\(key)ä😀"], ["aws", "ä********ä😀"]),
      ([key, "x"], [key, "x"]),
    ] as [([String], [String])])
  func `a secret is masked`(arguments: [String], scrubbed: [String]) {
    #expect(Scrubber().scrub(arguments) == scrubbed)
    #expect(Scrubber().scrub(scrubbed) == scrubbed)
  }

  @Test(arguments: [
    [], [""], ["", ""], ["ls"], ["ls", "-l", "/tmp"],
    // A word that is not at the beginning of a name.
    ["cat", "/etc/passwd", "x"], ["cat", "/run/secrets/db", "x"], ["echo", "$PASSWORD", "x"], ["a", "b:password=x"],
    ["a", "x=password", "y"], ["a", "http://h/?access_token=x"], ["a", "${TOKEN}=x"],
    // No value.
    ["a", "--password"], ["a", "--password="], ["a", "--password=", "b"], ["a", "password= b"], ["a", "password:"],
    ["a", "password "],
    // `stripetoken` has no star of its own, but `*token*` covers it; these are other words.
    ["a", "pass", "x"], ["a", "api-key=x"], ["a", "tok en=x"],
    // Not quite a cloud key.
    ["a", "AKIAIOSFODNN7EXAMPL"], ["a", "AKIAIOSFODNN7EXAMPLEX"], ["a", "akiaiosfodnn7example"],
    ["a", "xAKIAIOSFODNN7EXAMPLE"],
    ["a", "AKIAIOSFODNN7EXaMPLE"], ["a", "TZ=Asia/Tokyo"], ["a", "ABIAIOSFODNN7EXAMPLE"],
  ])
  func `what is no secret is kept`(arguments: [String]) {
    #expect(Scrubber().scrub(arguments) == arguments)
  }

  @Test(
    arguments: [
      ("pin", ["a", "--pin=1"], ["a", "--pin=********"]),
      ("pin", ["a", "PIN", "1"], ["a", "PIN", mask]),
      ("pin", ["a", "---pin=1"], ["a", "---pin=1"]),
      ("pin", ["a", "pins=1"], ["a", "pins=1"]),
      ("pin", ["a", "spin=1"], ["a", "spin=1"]),
      ("--pin", ["a", "--pin=1", "pin=2"], ["a", "--pin=********", "pin=********"]),
      ("pin*", ["a", "pins=1", "spin=1"], ["a", "pins=********", "spin=1"]),
      ("pin*", ["a", "pin/$x=1"], ["a", "pin/$x=********"]),
      ("*pin", ["a", "--spin=1", "pins=1"], ["a", "--spin=********", "pins=1"]),
      ("*pin", ["a", "pinpin=1", "/pin=1"], ["a", "pinpin=********", "/pin=1"]),
      (
        "my*pin", ["a", "my-old-pin=1", "mypin=2", "my/pin=3", "my$pin=4"],
        ["a", "my-old-pin=********", "mypin=********", "my/pin=3", "my$pin=4"]
      ),
      ("aba*aba", ["a", "aba=1", "abaaba=2"], ["a", "aba=1", "abaaba=********"]),
      ("*a*b*c*", ["a", "xaybzcw=1", "acb=1"], ["a", "xaybzcw=********", "acb=1"]),
      ("*größe*", ["a", "die-größe=1"], ["a", "die-größe=********"]),
    ] as [(String, [String], [String])])
  func `a configured word is added`(word: String, arguments: [String], scrubbed: [String]) throws {
    #expect(try Scrubber(additionalWords: [word]).scrub(arguments + ["--token", "x"]) == scrubbed + ["--token", mask])
  }

  @Test func `hundreds of configured words all work`() throws {
    let words = (100..<400).map { "word\($0)" }
    let scrubber = try Scrubber(additionalWords: words)
    for word in words { #expect(scrubber.scrub(["a", "\(word)=x"]) == ["a", "\(word)=********"]) }
    #expect(scrubber.scrub(["a", "word99=x"]) == ["a", "word99=x"])
  }

  @Test(arguments: [
    ("", "sensitive word '' would match everything; write the text to look for, such as '*pin*'"),
    ("*", "sensitive word '*' would match everything; write the text to look for, such as '*pin*'"),
    ("--**", "sensitive word '--**' would match everything; write the text to look for, such as '*pin*'"),
    ("a b", "sensitive word 'a b' holds ' ', which cannot be part of a name"),
    ("pin=", "sensitive word 'pin=' holds '=', which cannot be part of a name"),
    ("/pin", "sensitive word '/pin' holds '/', which cannot be part of a name"),
  ])
  func `a configured word that cannot work is refused`(word: String, message: String) {
    let error = #expect(throws: SensitiveWordError.self) { try Scrubber(additionalWords: [word]) }
    #expect(error?.description == message)
  }

  @Test func `the standard words are good words`() throws {
    _ = try Scrubber(additionalWords: Scrubber.standardWords)
  }

  /// Each would take minutes of a processor if they grew with the square of the length.
  @Test(
    arguments: [
      "p", "passwor", "password", "password ", "password=", "password:", "password = ", "a*", " ", "=", "-", "\0",
      "$password",
      "/password=", "AKIA", "AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE ", "token password ", "ä",
    ])
  func `a long argument is scrubbed in linear time`(piece: String) {
    let long = String(repeating: piece, count: 100_000 / piece.utf8.count)
    let start = Self.processorSeconds
    let scrubbed = Scrubber().scrub(["a", "--password=x", long])
    #expect(Self.processorSeconds - start < 60)
    #expect(scrubbed.count == 3)
    #expect(scrubbed[1] == "--password=********")
  }

  /// What this thread has had of a processor, however much others had beside it.
  private static var processorSeconds: Int {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec
  }

  @Test func `an argument of any bytes keeps what is around the secret`() {
    var state: UInt64 = 1
    for _ in 0..<2_000 {
      var bytes: [UInt8] = []
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(Array("=: -$/tokenä\n".utf8)[Int(state >> 33) % 14])
      }
      let noise = String(decoding: bytes, as: UTF8.self)
      let scrubbed = Scrubber().scrub(["a", noise, "b", "--secret=x", "c"])
      #expect(scrubbed.count == 5)
      #expect(scrubbed[3] == "--secret=********")
      #expect(scrubbed[4] == "c")
      // A replay scrubs what the recording has scrubbed.
      #expect(Scrubber().scrub(scrubbed) == scrubbed)
    }
  }
}
