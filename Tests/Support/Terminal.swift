import Foundation
import Glibc

/// A terminal for programs to run on, and its user's end.
package final class Terminal {
  /// The device that programs open.
  package let path: String
  private let descriptor: Int32

  package init() throws {
    descriptor = try check("open", unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC))
    var lock: Int32 = 0
    var number: UInt32 = 0
    try check("TIOCSPTLCK", unsafe ioctl(descriptor, 0x4004_5431, &lock))
    try check("TIOCGPTN", unsafe ioctl(descriptor, 0x8004_5430, &number))
    path = "/dev/pts/\(number)"
  }

  deinit { close(descriptor) }

  /// Types a key.
  package func type(_ byte: UInt8) throws {
    var byte = byte
    try check("write", unsafe write(descriptor, &byte, 1))
  }

  /// Types a text.
  package func type(_ text: String) throws { for byte in text.utf8 { try type(byte) } }

  /// Gives it a size, which programs may hear of.
  package func resize(columns: Int, rows: Int) throws {
    var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    try check("TIOCSWINSZ", unsafe ioctl(descriptor, UInt(TIOCSWINSZ), &size))
  }

  /// Whether what is typed is shown and comes in lines, as before a program took it over.
  package var isCooked: Bool {
    var attributes = termios()
    unsafe tcgetattr(descriptor, &attributes)
    return attributes.c_lflag & UInt32(ICANON) != 0 && attributes.c_lflag & UInt32(ECHO) != 0
  }

  /// What programs wrote, until `hasEnded` holds for it and nothing is left.
  package func text(until hasEnded: (_ text: [UInt8]) -> Bool) throws -> String {
    var text: [UInt8] = []
    let end = Program.deadline()
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let ended = hasEnded(text)
      if Date() > end { throw Failure("what was waited for did not happen: \(String(decoding: text, as: UTF8.self))") }
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&poller, 1, 20) > 0 {
        // With its last user gone a terminal reads as an error.
        let count = unsafe read(descriptor, &chunk, chunk.count)
        if count > 0 {
          text += chunk.prefix(count)
          continue
        }
      }
      if ended { return String(decoding: text, as: UTF8.self) }
    }
  }
}
