/// Our own rules, as they were when this was built.
package enum RulePack {
  /// The name and the text of each policy, in order of the names.
  package static var policies: [(name: String, text: [UInt8])] {
    files.map { file in (file.name, file.text.withUTF8Buffer { unsafe [UInt8]($0) }) }
  }
}
