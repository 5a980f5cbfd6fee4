/// The names in a text of lines `NAME:PASSWORD:ID:…`, by id: what `passwd(5)` and `group(5)` have in common.
///
/// The first line with an id wins, as it does for the C library. Comments, the `+` and `-` lines of NIS and
/// lines that cannot be read are left out.
struct AccountNames: Hashable, Sendable {
  private var names: [UInt32: String] = [:]

  init(_ text: Span<UInt8>) {
    let colon = UInt8(ascii: ":")
    var lines = TextScanner(text)
    while let line = lines.line() {
      var fields = TextScanner(line)
      guard let name = fields.piece(before: colon), !name.isEmpty, !name.isRemark,
        fields.piece(before: colon) != nil,
        let id: UInt32 = fields.piece(before: colon)?.integer(), names[id] == nil
      else { continue }
      names[id] = name.string
    }
  }

  subscript(id: UInt32) -> String? { names[id] }

  /// The lowest id that `name` is of.
  func id(of name: String) -> UInt32? { names.filter { $0.value == name }.keys.min() }
}

extension Span<UInt8> {
  /// Whether a line that starts so is a comment or an instruction to NIS, not an account.
  fileprivate var isRemark: Bool {
    self[0] == UInt8(ascii: "#") || self[0] == UInt8(ascii: "+") || self[0] == UInt8(ascii: "-")
  }
}
