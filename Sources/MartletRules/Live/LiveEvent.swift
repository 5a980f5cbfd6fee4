package import MartletModel
package import SECL

/// The event that rules are asked about now, as the place where they find its fields.
///
/// One of these serves a whole stream: `move(to:)` allocates nothing, and a reading hands on what the event holds. Rules
/// may ask for common fields and for those of the event's own type; of another type's a group may read as the event's.
package final class LiveEvent: EventReader {
  /// Values of the variables that rules set, for the event at hand; nil for what has none.
  package typealias Variables = (Variable, Event) -> Value?

  /// The event.
  package private(set) var event: Event
  let hostname: String
  private let variables: Variables
  private let readers = Catalogue.shared.readers
  private let lineages = Catalogue.shared.lineages

  /// What holds the file that the event is about, and the second where there are two. An open holds its own; out of other
  /// events, which keep them out of line, they are taken once: what is read there is copied whole.
  private(set) var subject: Activity.Open
  private let ownSubject = Activity.Open(file: FileIdentity(), flags: 0, mode: 0)
  private(set) var destination = FileIdentity()
  private(set) var hasFile = false
  private(set) var hasDestination = false

  /// Whom to ask what is known of a file beyond the event; without one, nothing is.
  package var inspector: (any FileInspector)?
  /// What it told about files of this event.
  package internal(set) var findings = FileFindings()

  /// Whose file is read where there is no process: so none is copied to choose from two.
  let nobody = ProcessImage(serial: 0, pid: 0, ppid: 0)

  /// The image of a lineage that is asked about now.
  private(set) var ancestor: ProcessImage?
  /// Which one it is of the lineage that begins behind `root`; rules ask from the nearest on.
  private var position = -1
  private var root: ProcessImage?

  /// A place to read `event` from. `hostname` is the host's, which may not be the one where the rules run.
  package init(_ event: Event, hostname: String = "", variables: @escaping Variables = { _, _ in nil }) {
    self.event = event
    self.hostname = hostname
    self.variables = variables
    scopes = LiveScopes(event.process, target: event.target)
    subject = ownSubject
    takeFiles(event.activity.detail)
  }

  /// Whose variables the event sees.
  package let scopes: LiveScopes

  private var subjects = Subjects()
  /// The numbers of this event's process, once they were asked for.
  private var known: Subjects.Numbers?
  private var fileNames = FileNames()
  /// The open that was asked about last: those that are alike are one object.
  private var numbered: (open: Activity.Open, number: UInt64)?

  /// Goes on to the next event.
  package func move(to next: Event) {
    takeFiles(next.activity.detail)
    event = next
    scopes.move(to: next.process, target: next.target)
    (ancestor, root, known) = (nil, nil, nil)
    if !findings.isEmpty { findings.removeAll() }
  }

  private func takeFiles(_ detail: Activity.Detail) {
    // Most are opens.
    if case .open(let open) = detail {
      (subject, hasFile) = (open, true)
      if hasDestination { (destination, hasDestination) = (FileIdentity(), false) }
      return
    }
    let (first, second) = detail.files
    subject = ownSubject
    if let first { ownSubject.file = first } else if hasFile { ownSubject.file = FileIdentity() }
    if let second { destination = second } else if hasDestination { destination = FileIdentity() }
    (hasFile, hasDestination) = (first != nil, second != nil)
  }

  // MARK: EventReader

  // Not `event.time`: what is computed by another module has the whole event copied.
  package var now: Int64 { event.activity.time.nanoseconds }

  /// The number of what this event's process has in common with others.
  package var kind: UInt64 { numbers.kind }

  /// The number of this event's process as it is now.
  package var lasting: UInt64 { numbers.lasting }

  private var numbers: Subjects.Numbers {
    if let known { return known }
    let numbers = subjects.numbers(of: event.process, event.activity.tid, event.credentials, event.names)
    known = numbers
    return numbers
  }

  /// The number of what this event's file is called.
  package var recurring: UInt64 {
    if !hasFile { return 0 }
    if let numbered, numbered.open === subject { return numbered.number }
    let number = fileNames.number(of: subject)
    if subject !== ownSubject { numbered = (subject, number) }
    return number
  }

  package func reading(of field: Field) -> Reading { readers[field.index].read(self) }

  package func reading(of field: Field, at index: Int) -> Reading? {
    guard let place = lineages[field.index], let root = image(at: place), moveToAncestor(of: root, at: index) else {
      return nil
    }
    return readers[field.index].read(self)
  }

  package func value(of variable: Variable) -> Value {
    if variable == .processID { return .int(Int64(event.process.pid)) }
    if variable == .uuid4 { return .string(randomUUID()) }
    return variables(variable, event) ?? variable.type.zero
  }

  // MARK: Lineages

  private func image(at place: ProcessPlace) -> ProcessImage? {
    switch place {
    case .actor: ActorProcess.image(self)
    case .actorParent: ActorParent.image(self)
    case .target: TargetProcess.image(self)
    case .targetParent: TargetParent.image(self)
    }
  }

  /// Makes the image `index` steps behind the nearest before `image` the one that is asked about. False if there are not
  /// as many; threads of the kernel have none.
  private func moveToAncestor(of image: ProcessImage, at index: Int) -> Bool {
    guard index >= 0, !image.isKernelWorker else { return false }
    if root !== image || position > index { (root, ancestor, position) = (image, image, -1) }
    while position < index {
      guard let next = ancestor?.ancestor else { return false }
      ancestor = next
      position += 1
    }
    return true
  }

  /// How many images there are before the one at `place`.
  func ancestorCount(_ place: ProcessPlace) -> Int {
    guard let image = image(at: place), !image.isKernelWorker else { return 0 }
    var count = 0
    var current = image.ancestor
    while let image = current {
      count += 1
      current = image.ancestor
    }
    return count
  }
}
