/// A database file of SQLite, as far as it takes to read all rows of a table.
///
/// The library is a megabyte, most of it for what is not needed here, and it would read files that a container wrote
/// with the privilege of the agent. The format is fixed and documented: https://www.sqlite.org/fileformat.html. Any bytes
/// are read without a trap, and every walk ends.
package struct SQLiteFile {
  /// So many bytes from an offset on; fewer, or none, where the file ends.
  package typealias Read = (_ offset: Int, _ count: Int) -> [UInt8]

  private let read: Read
  private let pageSize: Int
  /// Bytes of a page that hold something.
  private let usable: Int

  /// The largest row that is read, in bytes, and how deep a tree may be.
  private static let largestRow = 64 << 20
  private static let deepest = 20

  private enum Page: UInt8 {
    case interior = 5
    case leaf = 13
  }

  /// Nil when the file does not begin as a database does.
  init?(read: @escaping Read) {
    let header = read(0, 100)
    guard header.count == 100, header.starts(with: "SQLite format 3\0".utf8) else { return nil }
    let size = Int(header[16]) << 8 | Int(header[17])
    pageSize = size == 1 ? 65536 : size
    usable = pageSize - Int(header[20])
    guard pageSize >= 512, pageSize.nonzeroBitCount == 1, usable >= 480 else { return nil }
    self.read = read
  }

  /// Calls `body` with the columns of each row, as bytes; of what is stored as a number the bytes too, the highest first.
  /// False if there is no such table.
  func eachRow(ofTable name: String, _ body: ([[UInt8]]) -> Void) -> Bool {
    var root: Int?
    // type, name, tbl_name, rootpage, sql
    walk(1) { row in
      guard row.count >= 4, row[0].elementsEqual("table".utf8), row[1].elementsEqual(name.utf8) else { return }
      root = row[3].prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let root else { return false }
    walk(root, body)
    return true
  }

  /// Visits each page of a tree at most once: a damaged one may lead back to where it came from.
  private func walk(_ root: Int, _ body: ([[UInt8]]) -> Void) {
    var seen: Set<Int> = []
    var waiting = [(page: root, depth: 0)]
    while let (number, depth) = waiting.popLast() {
      guard depth < Self.deepest, seen.insert(number).inserted, let page = page(number) else { continue }
      // The first page begins with the file's header.
      let start = number == 1 ? 100 : 0
      guard let kind = Page(rawValue: page[start]) else { continue }
      let count = page.number(at: start + 3, bytes: 2)
      let cells = start + (kind == .interior ? 12 : 8)
      let offsets = (0..<count).map { page.number(at: cells + $0 * 2, bytes: 2) }
      switch kind {
      case .leaf:
        for offset in offsets {
          if let payload = payload(at: offset, of: page), let row = Self.columns(of: payload) { body(row) }
        }
      case .interior:
        let children = offsets.map { page.number(at: $0, bytes: 4) } + [page.number(at: start + 8, bytes: 4)]
        waiting += children.reversed().map { ($0, depth + 1) }
      }
    }
  }

  private func page(_ number: Int) -> [UInt8]? {
    guard number >= 1, number <= 1 << 32 else { return nil }
    let page = read((number - 1) * pageSize, pageSize)
    return page.count == pageSize ? page : nil
  }

  /// The row in a cell, put together from the page and those it overflows to.
  private func payload(at offset: Int, of page: [UInt8]) -> [UInt8]? {
    var rest = page[min(offset, page.count)...]
    guard let size = rest.takeVarint(), size <= Self.largestRow, rest.takeVarint() != nil else { return nil }
    let most = usable - 35
    if size <= most { return rest.count >= size ? Array(rest.prefix(size)) : nil }
    let least = (usable - 12) * 32 / 255 - 23
    let fitting = least + (size - least) % (usable - 4)
    let local = fitting <= most ? fitting : least
    guard rest.count >= local + 4 else { return nil }
    var payload = Array(rest.prefix(local))
    var next = page.number(at: rest.startIndex + local, bytes: 4)
    while payload.count < size {
      guard let overflow = self.page(next) else { return nil }
      payload += overflow[4..<min(usable, 4 + size - payload.count)]
      next = overflow.number(at: 0, bytes: 4)
    }
    return payload
  }

  /// The columns of a row: their types first, then their bytes.
  private static func columns(of payload: [UInt8]) -> [[UInt8]]? {
    var types = payload[...]
    guard let size = types.takeVarint(), size <= payload.count, size >= payload.count - types.count else { return nil }
    types = payload[types.startIndex..<size]
    var rest = payload[size...]
    var columns: [[UInt8]] = []
    while let type = types.takeVarint() {
      let length =
        switch type {
        case 1...4: type
        case 5: 6
        case 6, 7: 8
        case 12...: (type - 12) / 2
        default: 0
        }
      guard length <= rest.count else { return nil }
      columns.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return columns
  }
}

extension [UInt8] {
  /// So many bytes as a number, the highest first; those that are not there are 0.
  fileprivate func number(at offset: Int, bytes: Int) -> Int {
    (0..<bytes).reduce(0) { value, index in
      value << 8 | (offset + index < count ? Int(self[offset + index]) : 0)
    }
  }
}

extension ArraySlice<UInt8> {
  /// Takes a number of variable length off the front: seven bits a byte, the highest first. Nil when it does not end, or
  /// does not fit.
  fileprivate mutating func takeVarint() -> Int? {
    var value = 0
    for index in 0..<9 {
      guard let byte = popFirst() else { return nil }
      if index == 8 || value >= 1 << 55 { return nil }
      value = value << 7 | Int(byte & 127)
      if byte & 128 == 0 { return value }
    }
    return nil
  }
}
