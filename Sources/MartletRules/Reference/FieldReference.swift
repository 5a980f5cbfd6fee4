import MartletModel
import SECL

/// The reference of fields, operators and constants, as pages in Markdown.
public enum FieldReference {
  /// One page.
  public struct Page: Hashable, Sendable {
    /// Of its file, without the ending.
    public let name: String
    public let text: String
  }

  /// All pages, the first of which leads to the others.
  public static var pages: [Page] {
    [Page(name: "README", text: overview), Page(name: "common", text: common)]
      + groups + EventFields.all.map { Page(name: $0.type, text: page(of: $0)) }
      + [Page(name: "operators", text: OperatorReference.page), Page(name: "constants", text: constants)]
  }

  // MARK: Pages

  private static var overview: String {
    """
    # Rules: events and fields

    A rule is about one type of event, the first word of the fields that it names. It may read the fields of that type
    and the [common ones](common.md). Fields that stand for a [file](files.md), a [process](processes.md) or a
    [packet](packets.md) have the same parts everywhere.

    [Operators](operators.md) tells how values are compared, [constants](constants.md) lists the names of numbers.
    `martlet fields` knows all of this too, and `martlet eval` tries an expression.

    | event | what happened | since |
    | --- | --- | --- |
    \(EventFields.all.map { "| [`\($0.type)`](\($0.type).md) | \($0.docs) | \($0.isProduced ? $0.since : "planned") |" }
      .joined(separator: "\n"))

    Rules about an event that is planned are checked and loaded, and never hold.

    """
  }

  private static var common: String {
    """
    # Common fields

    Every rule may read these, beside the fields of its own type of event. They do not say what the rule is about: a
    rule with nothing else is refused. `network.*` is there only for `dns`, `imds` and `packet`.

    \(table(FieldRow.common))

    """
  }

  private static var groups: [Page] {
    [
      Page(
        name: "files",
        text: """
          # Fields of a file

          Each under the name of the file, such as `open.file` or `process.interpreter.file`. Where there is no such file
          they are empty or zero.

          \(table(FieldRow.file(SubjectFile.self)))

          A file may go by several paths. On an overlay that is mounted elsewhere than at the root, `path` is compared
          without the mount point too. A program that was started by an absolute path through a symbolic link (`awk`,
          `nc`, all of `/bin`) goes by the link's `path` and `name` too. A test holds if it holds for one of them, its
          negation if it holds for none.

          """),
      Page(
        name: "processes",
        text: """
          # Fields of a process

          Each under the name of the process, such as `process`, `exec` or `signal.target`. `process.parent` and
          `process.ancestors` are images, not only processes: an exec puts a new image before the one that it replaces,
          so the parent of a program that a shell has started is the shell's fork.

          \(table(FieldRow.process(ActorProcess.self)))

          """),
      Page(
        name: "packets",
        text: """
          # Fields of a packet

          Each under `network`, or under `packet` in rules about packets.

          \(table(FieldRow.packet))

          """),
    ]
  }

  private static func page(of event: EventFields) -> String {
    """
    # \(event.type)

    \(event.docs)
    \(event.isProduced
      ? "[What is seen of it, and what is not](../events/\(event.type).md)."
      : "Planned: no event of this type is seen yet. Rules about it are checked and loaded, and never hold.")

    \(table(event.rows))

    Rules about it may also read the [common fields](common.md).

    """
  }

  private static var constants: String {
    let groups = ConstantGroup.all.map { group in
      let members = group.members.map { "`\($0.name)` \($0.value)" }.joined(separator: " · ")
      return "## \(group.name)\n\n\(members)\n"
    }
    return """
      # Constants

      Names of numbers. All share one name space: where a name is in two groups, it is the same number. Numbers are
      those of Linux on x86-64; errors are negated, as `retval` has them.

      \(groups.joined(separator: "\n"))
      """
  }

  // MARK: Tables

  private static func table(_ rows: [FieldRow]) -> String {
    "| field | type | what it is |\n| --- | --- | --- |\n" + rows.flatMap(lines).joined(separator: "\n")
  }

  private static func lines(_ row: FieldRow) -> [String] {
    switch row.content {
    case .field(let type, _): [line(row.name, "\(type.rawValue)", docs(row))]
    case .group(.file, _): [line("\(row.name).*", "[file](files.md)", row.docs)]
    case .group(.process, _): [line("\(row.name).*", "[process](processes.md)", row.docs)]
    case .group(.packet, _): [line("\(row.name).*", "[packet](packets.md)", row.docs)]
    case .lineage:
      [
        line("\(row.name).*", "[processes](processes.md)", row.docs),
        line("\(row.name).length", "int", "Number of them."),
      ]
    case .flows(let members):
      [line("\(row.name).length", "int", "Number of flows.")]
        + members.map { line("\(row.name).\($0.name)", "of each", docs($0)) }
    }
  }

  private static func line(_ name: String, _ type: String, _ docs: String) -> String {
    "| `\(name)` | \(type) | \(docs) |"
  }

  private static func docs(_ row: FieldRow) -> String {
    var docs = row.docs.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    if row.isTime { docs += " Nanoseconds since 1970; a duration is compared with its age." }
    if let constants = row.constants { docs += " See [\(constants)](constants.md#\(anchor(constants)))." }
    if let missing = row.missing { docs += " *Planned: \(missing).*" }
    return docs
  }

  /// The anchor of the heading of a group of constants; options of sockets have several groups, of which this is the
  /// first.
  private static func anchor(_ constants: String) -> String {
    let name = ConstantGroup.all.first { $0.name == constants || $0.name.hasPrefix("\(constants), ") }?.name
    return String((name ?? constants).lowercased().compactMap { $0 == " " ? "-" : $0 == "," ? nil : $0 })
  }
}
