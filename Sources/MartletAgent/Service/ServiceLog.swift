import Glibc

/// What the agent says of itself, in lines on standard error.
package struct ServiceLog: Sendable {
  /// How much it matters, as syslog(3) numbers it.
  package enum Level: Int, Sendable {
    case error = 3
    case warning = 4
    case note = 6
    case debug = 7
  }

  /// Whether systemd's journal reads along, which takes the level of a line from its beginning (sd-daemon(3)).
  private let isJournal = unsafe getenv("JOURNAL_STREAM") != nil

  package init() {}

  package func say(_ level: Level, _ message: some CustomStringConvertible) {
    var line = (isJournal ? "<\(level.rawValue)>" : "martlet: ") + message.description.onOneLine + "\n"
    // If nobody can be told, there is nobody to tell that.
    line.withUTF8 { bytes in _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count) }
  }
}

extension String {
  /// With a question mark for each control character: names of files may hold any.
  var onOneLine: String {
    String(UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
  }
}
