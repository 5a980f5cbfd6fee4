import Glibc

/// The program that delivers, `martlet-ship`.
package enum ShipperProgram {
  /// Where it may be, by where the agent's program is: beside it, or where packages have it.
  package static func places(by agent: String) -> [String] {
    let directory = agent.parentDirectory
    return [directory + "/martlet-ship", directory.parentDirectory + "/libexec/martlet/martlet-ship"]
  }
}

/// The path of this program; empty if `/proc` does not tell it.
package var executablePath: String {
  var path = [CChar](repeating: 0, count: Int(PATH_MAX))
  let length = unsafe readlink("/proc/self/exe", &path, path.count)
  return String(decoding: path.prefix(max(0, length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
}

extension String {
  /// The path of the directory that what this path names is in, without the last slash.
  var parentDirectory: String { lastIndex(of: "/").map { String(self[..<$0]) } ?? "." }
}
