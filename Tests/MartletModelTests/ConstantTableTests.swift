import MartletModel
import Testing

struct ConstantTableTests {
  private let table = ConstantTable(
    ["X_NONE": 0, "X_WRITE": 2, "X_READ": 1, "X_BOTH": 3, "X_A1": 0x10, "X_A": 0x20, "X_TOP": 1 << 63],
    aliases: ["X_OLD": 2])

  @Test(
    arguments: [
      (0, []), (1, ["X_READ"]), (2, ["X_WRITE"]), (3, ["X_BOTH", "X_READ", "X_WRITE"]), (0x30, ["X_A", "X_A1"]),
      (4, ["4"]), (0x4c, ["76"]), (0x44 | 2, ["68", "X_WRITE"]), (1 << 63, ["X_TOP"]),
      (.max, ["9223372036854775756", "X_A", "X_A1", "X_BOTH", "X_READ", "X_TOP", "X_WRITE"]),
    ] as [(UInt64, [String])])
  func `a set of bits is its names in order, and a number for the rest`(bits: UInt64, names: [String]) {
    #expect(table.names(bits) == names)
    #expect(table.joined(bits) == names.joined(separator: " | "))
  }

  @Test(arguments: [("X_NONE", 0), ("X_WRITE", 2), ("X_OLD", 2), ("X_GONE", nil)] as [(String, UInt64?)])
  func `a name or an alias has a value`(name: String, value: UInt64?) {
    #expect(table[name] == value)
  }

  @Test(arguments: [(0, "X_NONE"), (2, "X_WRITE"), (3, "X_BOTH"), (5, nil)] as [(UInt64, String?)])
  func `a value has a name, which is never an alias`(value: UInt64, name: String?) {
    #expect(table.name(of: value) == name)
  }
}
