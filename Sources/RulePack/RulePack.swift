import Embedded

/// Our own rules, as they were when this was built.
package enum RulePack {
  /// The name and the text of each policy, in order of the names.
  package static var policies: [(name: String, text: [UInt8])] {
    // Names and texts, a NUL behind each.
    let parts = files.bytes.split(separator: 0, omittingEmptySubsequences: false)
    return stride(from: 0, to: parts.count - 1, by: 2).map { index in
      (String(decoding: parts[index], as: UTF8.self), Array(parts[index + 1]))
    }
  }
}
