import MartletModel

// Where, in an event, the file or the process is that a group of fields is about. Types, not values: so each row is
// compiled for each place, and reads what it is after without a copy of the file or the process around it.

/// Where a file is found in an event.
protocol PlaceOfFile: SendableMetatype {
  /// The file; one that nothing is known of if there is none. To be inlined where one of its properties is read: it is
  /// large, and would be copied whole.
  static func file(_ event: LiveEvent) -> FileIdentity
  static func hasFile(_ event: LiveEvent) -> Bool
  /// What else it is called.
  static func aliases(_ event: LiveEvent) -> Aliases?
  /// The process that has it before its eyes.
  static func process(_ event: LiveEvent) -> ProcessImage?
  /// The file is what that process runs.
  static var isImage: Bool { get }
  /// What it is called is what `LiveEvent.recurring` goes by.
  static var isRecurring: Bool { get }
}

extension PlaceOfFile {
  static func aliases(_ event: LiveEvent) -> Aliases? { nil }
  static func process(_ event: LiveEvent) -> ProcessImage? { event.event.process }
  static var isImage: Bool { false }
  static var isRecurring: Bool { false }
}

/// Where a process is found in an event, and the identity it acts with there.
protocol PlaceOfProcess: SendableMetatype {
  static func image(_ event: LiveEvent) -> ProcessImage?
  static func tid(_ event: LiveEvent) -> UInt32
  static func credentials(_ event: LiveEvent) -> Credentials?
  static func names(_ event: LiveEvent) -> CredentialNames?
}

extension PlaceOfProcess {
  static func tid(_ event: LiveEvent) -> UInt32 { image(event)?.pid ?? 0 }
  static func credentials(_ event: LiveEvent) -> Credentials? { image(event)?.credentials }
  static func names(_ event: LiveEvent) -> CredentialNames? { image(event)?.names }
}

/// The two places of files in rows of events.
enum FilePlace: Sendable {
  /// The file that the event is about, or the first of two.
  case subject
  /// The second of two.
  case destination
}

/// The places of processes in rows of events.
enum ProcessPlace: Sendable {
  /// Whoever acted.
  case actor
  case actorParent
  /// Whom it was done to.
  case target
  case targetParent
}

// MARK: Files

enum SubjectFile: PlaceOfFile {
  @inline(__always) static func file(_ event: LiveEvent) -> FileIdentity { event.subject.file }
  static func hasFile(_ event: LiveEvent) -> Bool { event.hasFile }
  static var isRecurring: Bool { true }
}

enum DestinationFile: PlaceOfFile {
  @inline(__always) static func file(_ event: LiveEvent) -> FileIdentity { event.destination }
  static func hasFile(_ event: LiveEvent) -> Bool { event.hasDestination }
}

enum ExecutableFile<Process: PlaceOfProcess>: PlaceOfFile {
  @inline(__always) static func file(_ event: LiveEvent) -> FileIdentity {
    (Process.image(event) ?? event.nobody).executable
  }
  static func hasFile(_ event: LiveEvent) -> Bool { Process.image(event) != nil }
  static func aliases(_ event: LiveEvent) -> Aliases? { Process.image(event)?.aliases }
  static func process(_ event: LiveEvent) -> ProcessImage? { Process.image(event) }
  static var isImage: Bool { true }
}

enum InterpreterFile<Process: PlaceOfProcess>: PlaceOfFile {
  @inline(__always) static func file(_ event: LiveEvent) -> FileIdentity {
    Process.image(event)?.interpreter ?? FileIdentity()
  }
  static func hasFile(_ event: LiveEvent) -> Bool { Process.image(event)?.interpreter != nil }
  static func process(_ event: LiveEvent) -> ProcessImage? { Process.image(event) }
}

// MARK: Processes

/// Whoever acted: the event knows the thread, and what that one acted with.
enum ActorProcess: PlaceOfProcess {
  static func image(_ event: LiveEvent) -> ProcessImage? { event.event.process }
  static func tid(_ event: LiveEvent) -> UInt32 { event.event.activity.tid }
  static func credentials(_ event: LiveEvent) -> Credentials? { event.event.credentials }
  static func names(_ event: LiveEvent) -> CredentialNames? { event.event.names }
}

enum ActorParent: PlaceOfProcess {
  static func image(_ event: LiveEvent) -> ProcessImage? { event.event.process.ancestor }
}

enum TargetProcess: PlaceOfProcess {
  static func image(_ event: LiveEvent) -> ProcessImage? { event.event.target }
}

enum TargetParent: PlaceOfProcess {
  static func image(_ event: LiveEvent) -> ProcessImage? { event.event.target?.ancestor }
}

/// The one of a lineage that is asked about now.
enum AncestorProcess: PlaceOfProcess {
  static func image(_ event: LiveEvent) -> ProcessImage? { event.ancestor }
}
