import Foundation
import Glibc
import Support
import Testing

/// A program pretends to be another, or has no file: its image is told as it is, and the pretence beside it.
@Suite(.kernel)
struct DisguiseTests {
  let place: Workplace

  init() throws { place = try Workplace() }

  private func inode(of path: String) throws -> Pattern {
    var found = stat()
    try check("stat", unsafe stat(path, &found))
    return Pattern(found.st_ino)
  }

  /// The words of a program's arguments.
  private func words(_ process: JSON) -> [String] { process["args"].array.compactMap(\.string) }

  @Test func `a tool under another name, in a process of another name, with a forged argument`() throws {
    let tool = try place.copy(Program.actor, as: "tool")
    let identity = try inode(of: tool)
    let trace = try Trace(["disguise", tool, place["sshd"], "[kworker/0:1]"])
    let rename = try trace.only("rename")["file"]
    expect(rename["path"], Pattern(tool))
    expect(rename["destination"]["path"], Pattern(place["sshd"]))
    let exec = try #require(trace.events("exec").last)
    expect(exec["file"]["path"], Pattern(place["sshd"]))
    expect(exec["file"]["inode"], identity)
    expect(exec["process"]["argv0"], "[kworker/0:1]")
    expect(exec["process"]["comm"], "sshd")
    #expect(exec["process"]["is_kworker"].isAbsent)
  }

  // MARK: Without a file of its own

  @Test func `a script without a first line is its shell's, which opens it`() throws {
    let script = try place.file("script", "exec /usr/bin/true\n", mode: 0o755)
    let trace = try Trace(program: ["/bin/sh", "-c", script])
    let opens = trace.events("open", path: script)
    #expect(!opens.isEmpty)
    for open in opens { expect(open["process"]["executable"]["path"], .matching("/(da|ba)?sh$")) }
    #expect(trace.events("exec").contains { words($0["process"]).contains(script) })
  }

  @Test func `the loader as a program has what it loads among its arguments, and opens it`() throws {
    let loader = URL(filePath: "/lib64/ld-linux-x86-64.so.2").resolvingSymlinksInPath().path()
    let trace = try Trace(program: [loader, "/usr/bin/true"])
    let exec = try trace.only("exec")
    expect(exec["file"]["path"], Pattern(loader))
    expect(exec["process"]["args"], ["/usr/bin/true"])
    #expect(!trace.events("open", path: "/usr/bin/true").isEmpty)
  }

  @Test func `a file that the kernel has a program for is told with that program`() throws {
    let payload = try place.file("payload.martlet", "data", mode: 0o755)
    try place.directory("registry")
    let trace = try Trace(["binfmt", place["registry"], payload], status: 98)  // which is no actor
    let exec = try #require(trace.events("exec").last)
    expect(exec["file"]["path"], Pattern(payload))
    expect(exec["process"]["interpreter"]["path"], Pattern(Program.actor))
  }

  // MARK: What interpreters are fed

  @Test func `commands for a shell are among its arguments`() throws {
    let trace = try Trace(program: ["/bin/sh", "-c", ": first; : second"])
    expect(try trace.only("exec")["process"]["args"], ["-c", ": first; : second"])
  }

  @Test func `a script on standard input is a file that was opened`() throws {
    let script = try place.file("script", ":\n")
    let trace = try Trace(program: ["/bin/sh", "-c", "/bin/sh < \(script)"])
    expect(try trace.only("open", path: script)["file"]["flags"], ["O_RDONLY"])
  }

  @Test(arguments: [
    ("LD_PRELOAD", "LD_PRELOAD=/nowhere"), ("LD_LIBRARY_PATH", "LD_LIBRARY_PATH=/nowhere"), ("BASH_ENV", "BASH_ENV"),
    ("ENV", "ENV"), ("PYTHONPATH", "PYTHONPATH"), ("PERL5OPT", "PERL5OPT"),
  ])
  func `a variable that decides what code runs is told, the loader's with their values`(name: String, told: String)
    throws
  {
    let trace = try Trace(["exec", "/usr/bin/true"], environment: Program.environment + ["\(name)=/nowhere"])
    let envs = try #require(trace.events("exec").last)["process"]["envs"].array.compactMap(\.string)
    #expect(envs.contains(told))
  }

  // MARK: For the eyes of the reader

  @Test(arguments: ["compact", "pretty"])
  func `no argument reaches a terminal as anything but text`(format: String) throws {
    let outcome = try Outcome(martlet: [
      "trace", "--format", format, "--no-policy", "--", Program.actor, "exec-odd-strings",
    ])
    #expect(outcome.text.contains("[31mred"))
    let control = outcome.output.filter { $0 < 0x20 && $0 != 0x0a || $0 == 0x7f }
    #expect(control.isEmpty)
    #expect(String(validating: outcome.output, as: UTF8.self) != nil)
  }
}
