import MartletContext
import Testing

struct EnvironmentFilterTests {
  @Test(arguments: [
    ("HOME=/root", "HOME"), ("AWS_SECRET_ACCESS_KEY=x", "AWS_SECRET_ACCESS_KEY"), ("EMPTY=", "EMPTY"),
    ("PATH=/usr/bin:/bin", "PATH=/usr/bin:/bin"), ("PATH=", "PATH="), ("LD_PRELOAD=/tmp/x.so", "LD_PRELOAD=/tmp/x.so"),
    ("LD_LIBRARY_PATH=a=b", "LD_LIBRARY_PATH=a=b"), ("HISTSIZE=0", "HISTSIZE=0"), ("HISTFILESIZE=0", "HISTFILESIZE=0"),
    ("GLIBC_TUNABLES=x", "GLIBC_TUNABLES=x"), ("path=/bin", "path"), ("PATH2=/bin", "PATH2"), ("XPATH=/bin", "XPATH"),
    ("no variable", "no variable"), ("PATH", "PATH"), ("", ""), ("=value", ""), ("A=B=C", "A"), ("Ä=x", "Ä"),
    ("BASH_FUNC_f%%=() { :; }", "BASH_FUNC_f%%"), ("A\u{301}=\u{301}", "A\u{301}"),
  ])
  func `a variable is cut to its name, unless its value is allowed`(element: String, kept: String) {
    #expect(EnvironmentFilter().filter([element]) == [kept])
  }

  @Test func `the order and the number of elements are kept`() {
    #expect(EnvironmentFilter().filter(["B=1", "PATH=/", "A=2", "B=3"]) == ["B", "PATH=/", "A", "B"])
    #expect(EnvironmentFilter().filter([]) == [])
  }

  @Test func `the variables that are kept can be chosen`() {
    #expect(EnvironmentFilter(keeping: ["HOME"]).filter(["HOME=/root", "PATH=/"]) == ["HOME=/root", "PATH"])
  }
}
