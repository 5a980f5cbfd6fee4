import CLinux
import Glibc

/// Hears of changes of policies: of files, and of what is in directories. One that is missing is waited for.
final class PolicyWatch {
  /// Readable when something changed; -1 where nothing can be heard.
  private(set) var descriptor: Int32
  private let paths: [String]
  /// Of what a watch tells: of the policies in a directory and of itself, or of these names in it.
  private enum Interest {
    case policies(and: Set<String>)
    case names(Set<String>)

    func concerns(_ name: String) -> Bool {
      switch self {
      case .policies(let names): name.isEmpty || name.hasSuffix(".policy") || names.contains(name)
      case .names(let names): names.contains(name)
      }
    }
  }
  private var interests: [Int32: Interest] = [:]

  private static let changes =
    UInt32(IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF)

  init(_ paths: [String]) {
    self.paths = paths
    descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    _ = renew()
  }

  deinit { if isOpen { close(descriptor) } }

  /// Whether it hears of anything.
  var isOpen: Bool { descriptor >= 0 && target(of: descriptor) == "anon_inode:inotify" }

  /// Its number may be another's by now.
  func forgetDescriptor() { descriptor = -1 }

  /// Watches what is there now; true if that is more than before. To be called now and then.
  func renew() -> Bool {
    guard descriptor >= 0 else { return false }
    let known = Set(interests.keys)
    for path in paths {
      var found = stat()
      let isThere = unsafe stat(path, &found) == 0
      if isThere, found.st_mode & S_IFMT == S_IFDIR { add(path, .policies(and: [])) }
      let parts = path.split(separator: "/")
      guard let name = parts.last.map(String.init) else { continue }
      add((path.hasPrefix("/") ? "/" : "./") + parts.dropLast().joined(separator: "/"), .names([name]))
    }
    return !known.isSuperset(of: interests.keys)
  }

  private func add(_ directory: String, _ interest: Interest) {
    let watch = unsafe inotify_add_watch(descriptor, directory, Self.changes | UInt32(IN_ONLYDIR))
    guard watch >= 0 else { return }
    switch (interests[watch], interest) {
    case (.names(let known)?, .names(let more)): interests[watch] = .names(known.union(more))
    case (.policies(let known)?, .policies(let more)), (.policies(let known)?, .names(let more)),
      (.names(let known)?, .policies(let more)):
      interests[watch] = .policies(and: known.union(more))
    case (nil, _): interests[watch] = interest
    }
  }

  /// Takes what is told; true if it concerns a policy.
  func hear() -> Bool {
    var isConcerned = false
    var events = [UInt8](repeating: 0, count: 8192)
    while true {
      let count = unsafe read(descriptor, &events, events.count)
      guard count > 0 else { return isConcerned }
      var offset = 0
      let size = MemoryLayout<inotify_event>.size
      while offset + size <= count {
        let event = unsafe events.withUnsafeBytes {
          unsafe $0.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
        }
        let end = min(offset + size + Int(event.len), count)
        let name = String(decoding: events[(offset + size)..<end].prefix { $0 != 0 }, as: UTF8.self)
        offset = end
        if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { isConcerned = true }
        if interests[event.wd]?.concerns(name) == true { isConcerned = true }
        if event.mask & UInt32(IN_IGNORED) != 0 { interests[event.wd] = nil }
      }
    }
  }
}
