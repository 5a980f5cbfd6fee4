import FuzzReaders
import Support
import Testing

/// Texts that the parsers read, to be damaged.
private let samples = [
  "8396 (cat) R 8390 8390 3763 34816 -1 4194304 98 0 0 0 0 0 0 0 20 0 1 0 96486 3133440 356\n",
  "Tgid:\t1\nNSpid:\t8392\t1\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nCapPrm:\t1ff\nCapEff:\t1ff\n",
  "36 35 98:0 /a\\040b /mnt2 rw master:1 - ext3 /dev/root rw\n27 1 254:0 / / rw - ext4 /dev/vda rw\n",
  "4:memory:/0123456789abcdef0123456789abcdef-1\n0::/01234567-0123-4567-890a-bcde\n",
  "root:x:0:0:root:/root:/bin/bash\n+::::::\n", "cpu 1 2\nbtime 1795644725\n", "ls\0-l\0\0",
]

private func readAsEverything(_ bytes: [UInt8]) throws {
  let read = try #require(readers["host"])
  unsafe read(bytes.span.bytes)
}

struct HostileBytesTests {
  @Test func `no parser traps on random bytes`() throws {
    var numbers = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      try readAsEverything(
        (0..<Int.random(in: 0..<200, using: &numbers)).map { _ in .random(in: 0...255, using: &numbers) })
    }
  }

  @Test(arguments: samples)
  func `no parser traps on a damaged text`(sample: String) throws {
    var numbers = SeededGenerator(seed: 2)
    let odd = Array("\0\n\t :-()\\0897f\u{7f}".utf8) + [0xff]
    for _ in 0..<500 {
      var bytes = Array(sample.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &numbers) {
        let place = Int.random(in: 0..<bytes.count, using: &numbers)
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: bytes[place] = odd.randomElement(using: &numbers) ?? 0
        case 1: bytes.insert(odd.randomElement(using: &numbers) ?? 0, at: place)
        default: bytes.removeSubrange(place..<min(bytes.count - 1, place + 3))
        }
      }
      try readAsEverything(bytes)
    }
  }

  @Test(arguments: ["", "(", "9", "9 ", "\\", "a:", "-", "\n", "0:", "f", "0123456789abcdef0123456789abcdef-"])
  func `no parser is slow on a long run of the same`(piece: String) throws {
    try readAsEverything(Array(String(repeating: piece, count: 50_000).utf8))
  }
}
