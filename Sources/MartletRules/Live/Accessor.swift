import MartletModel
import SECL

/// How a live event answers for one field: what a row says of the value, and for whom or what.
enum Accessor: Sendable {
  /// A part of what is known of a process.
  enum Part: Sendable {
    case own(FieldRow<LiveProcess>.Read<Reading>)
    case executable(FieldRow<FileIdentity>.Read<Reading>)
    case interpreter(FieldRow<FileIdentity>.Read<Reading>)
    /// Nothing is known of it yet; below an iterator there is still one for each object.
    case unknown
  }

  /// Nothing is known of it yet.
  case none
  case event(FieldRow<LiveEvent>.Read<Reading>)
  case file(FilePlace, FieldRow<FileIdentity>.Read<Reading>)
  case process(ProcessPlace, Part)
  /// Of each of the images before a process.
  case lineage(ProcessPlace, Part)
  /// How many there are of those.
  case ancestors(ProcessPlace)
}
