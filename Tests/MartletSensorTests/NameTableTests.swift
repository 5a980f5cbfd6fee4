import Support
import Testing

@testable import MartletSensor

/// Where the kernel's table of names is, by what a few of them tell.
struct NameTableTests {
  private let table: UInt64 = 0xffff_8881_0400_0000

  /// Names whose hashes are drawn, in a table of 2^32 >> shift buckets.
  private func samples(_ count: Int, shift: Int, seed: UInt64 = 1) -> [NameTable.Sample] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let hash = UInt32.random(in: 0...UInt32.max, using: &generator)
      return NameTable.Sample(bucket: table + UInt64(hash >> shift) * 8, hash: hash)
    }
  }

  @Test(arguments: [4, 8, 10, 16, 22]) func `its address and size follow from names`(shift: Int) {
    for seed in 1...100 {
      let found = NameTable(explaining: samples(12, shift: shift, seed: UInt64(seed)))
      #expect(found?.buckets == table && found?.shift == UInt64(shift))
    }
  }

  @Test func `some that were moved meanwhile do not lead astray`() {
    let moved = (1...3).map { NameTable.Sample(bucket: table + UInt64($0) * 8192, hash: UInt32($0) << 20) }
    let found = NameTable(explaining: samples(12, shift: 10) + moved)
    #expect(found?.buckets == table && found?.shift == 10)
  }

  @Test func `too few, or what fits no table, say nothing`() {
    #expect(NameTable(explaining: []) == nil)
    #expect(NameTable(explaining: samples(5, shift: 10)) == nil)
    #expect(NameTable(explaining: Array(repeating: samples(1, shift: 10)[0], count: 12)) == nil)
    let drawn = samples(12, shift: 10).map { NameTable.Sample(bucket: $0.bucket, hash: ~$0.hash &* 0x9e37_79b9) }
    #expect(NameTable(explaining: drawn) == nil)
  }

  @Test func `a table begins at a page`() {
    let shifted = samples(12, shift: 10).map { NameTable.Sample(bucket: $0.bucket + 8, hash: $0.hash) }
    #expect(NameTable(explaining: shifted) == nil)
  }
}
