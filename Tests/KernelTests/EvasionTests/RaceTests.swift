import Foundation
import Glibc
import Support
import Testing

/// Another thread changes an argument while the call runs: what is told is what the kernel took, or carries the mark of
/// what nothing proves.
@Suite(.kernel, .serialized)
struct RaceTests {
  let place: Workplace

  init() throws {
    place = try Workplace()
    for (letter, program) in [("a", "/usr/bin/true"), ("b", "/usr/bin/false")] {
      _ = try place.copy(program, as: letter)
    }
  }

  /// A call that races, the event that tells of it, and the counts of both that leave nothing to chance.
  struct Row: CustomTestStringConvertible {
    let call: String
    let event: String
    let count: Int
    /// Whether the event's value always comes from the kernel's own objects.
    let isAlwaysProven: Bool

    var testDescription: String { call }
  }

  static let rows = [
    Row(call: "openat", event: "open", count: 50000, isAlwaysProven: true),
    Row(call: "unlinkat", event: "unlink", count: 20000, isAlwaysProven: Kernel.seesInside),
    Row(call: "renameat2", event: "rename", count: 15000, isAlwaysProven: Kernel.seesInside),
    Row(call: "linkat", event: "link", count: 10000, isAlwaysProven: Kernel.seesInside),
    Row(call: "fchmodat", event: "chmod", count: 10000, isAlwaysProven: Kernel.seesInside),
    Row(call: "utimensat", event: "utimes", count: 10000, isAlwaysProven: Kernel.seesInside),
    Row(call: "execve", event: "exec", count: 1000, isAlwaysProven: true),
    Row(call: "connect", event: "connect", count: 12000, isAlwaysProven: true),
    Row(call: "bind", event: "bind", count: 12000, isAlwaysProven: true),
    Row(call: "truncate", event: "open", count: 15000, isAlwaysProven: Kernel.seesInside),
    Row(call: "refused", event: "open", count: 20000, isAlwaysProven: Kernel.seesInside),
  ]

  @Test(arguments: rows)
  func `of calls in a race none is told with the other's value`(row: Row) throws {
    let pipe = try NamedPipe()
    let martlet = try Program(
      [
        Program.martlet, "trace", "--format", "json", "--no-policy", "--buffer", "64", "--events", row.event,
      ] + Kernel.hooks + ["--", Program.actor, "race", row.call, place.path, "\(row.count)", "10"], output: pipe.path)
    var told: [UInt8] = []
    var marked: Set<Int> = []
    // The address of a socket comes after the process, whose lineage is long.
    let isOfFile = row.event != "connect" && row.event != "bind"
    pipe.lines(limit: isOfFile ? 1024 : 65536) { line in
      guard let letter = isOfFile ? letterOfFile(in: line) : letterOfPort(in: line) else { return }
      if line.end(of: "path_resolution_error") != nil { marked.insert(told.count) }
      told.append(letter)
    }
    #expect(try martlet.wait() == 0, "\(martlet.errors)")
    #expect(martlet.errors.contains(" 0 lost "), "\(martlet.errors)")

    let truth = [UInt8](try Data(contentsOf: URL(filePath: place["truth"])))
    try #require(told.count == truth.count, "each call is told once")
    #expect(Set(truth).count == 2, "there was a race")
    let wrong = truth.indices.filter { told[$0] != truth[$0] && !marked.contains($0) }
    #expect(wrong.isEmpty, "\(wrong.count) of \(truth.count) wrong, the first is number \(wrong.first ?? 0)")
    if row.isAlwaysProven { #expect(marked.isEmpty) }
    print("\(row.call): \(truth.count) races, \(wrong.count) wrong, \(marked.count) marked")
  }

  /// `a` or `b`, where the file is one of these in the place.
  private func letterOfFile(in line: ArraySlice<UInt8>) -> UInt8? {
    guard let end = line.end(of: "\"file\":{\"path\":\"\(place.path)/"), line.indices.contains(end + 1),
      line[end + 1] == UInt8(ascii: "\""), [UInt8(ascii: "a"), UInt8(ascii: "b")].contains(line[end])
    else { return nil }
    return line[end]
  }

  /// `a` is port 7009, `b` port 7010.
  private func letterOfPort(in line: ArraySlice<UInt8>) -> UInt8? {
    if line.end(of: "\"port\":7009") != nil { return UInt8(ascii: "a") }
    return line.end(of: "\"port\":7010") == nil ? nil : UInt8(ascii: "b")
  }
}
