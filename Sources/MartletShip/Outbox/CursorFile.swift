import Glibc
package import MartletOutbox

/// Where a sink's cursor is kept, so that its next start goes on there.
package struct CursorFile: ~Copyable {
  private let file: OpenFile
  package private(set) var cursor: Cursor

  /// Opens or makes the file of the sink called `name`.
  package static func open(_ name: String, in directory: String) throws(OutboxError) -> CursorFile {
    // The writer of the outbox, who may be another user, reads it.
    let file = try OpenFile.open("\(directory)/\(name)\(Cursor.suffix)", O_RDWR | O_CREAT, mode: 0o644)
    var bytes: [UInt8] = []
    if let error = file.read(Cursor.fileSize, at: 0, appendingTo: &bytes) {
      throw OutboxError("read", "\(directory)/\(name)\(Cursor.suffix)", error)
    }
    let cursor = Cursor(bytes.rawSpan)
    return CursorFile(file: file, cursor: cursor)
  }

  private init(file: consuming OpenFile, cursor: Cursor?) {
    self.file = file
    self.cursor = cursor ?? Cursor()
  }

  /// Remembers that everything up to `position` is done.
  ///
  /// A crash of the process forgets nothing of it. A power cut may, and then some events are delivered again; but never
  /// so many that they are gone from the outbox, whose segments go when a cursor has left them: hence the sync.
  ///
  /// - Returns: the `errno` of what failed.
  package mutating func save(_ position: Cursor) -> Int32? {
    var new = position
    new.moves = cursor.moves + 1
    let slot = new.slot
    if let error = file.write(slot.bytes.rawSpan, at: slot.offset).failure { return error }
    if new.segment != cursor.segment, !file.sync() { return errno }
    cursor = new
    return nil
  }
}
