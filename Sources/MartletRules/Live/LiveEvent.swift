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
  private let accessors = Catalogue.shared.accessors

  /// The file that the event is about, and the second where there are two. The event keeps them out of line: they are
  /// taken out once, not for each reading.
  private var file: FileIdentity?
  private var destination: FileIdentity?

  /// Where the last question about a lineage ended, as they are asked from the nearest on.
  private var lastAncestor: (root: ProcessImage, index: Int, image: ProcessImage)?

  /// A place to read `event` from. `hostname` is the host's, which may not be the one where the rules run.
  package init(_ event: Event, hostname: String = "", variables: @escaping Variables = { _, _ in nil }) {
    self.event = event
    self.hostname = hostname
    self.variables = variables
    (file, destination) = event.activity.detail.files
  }

  /// Goes on to the next event.
  package func move(to next: Event) {
    event = next
    (file, destination) = next.activity.detail.files
    lastAncestor = nil
  }

  // MARK: EventReader

  package var now: Int64 { event.time.nanoseconds }

  package func reading(of field: Field) -> Reading {
    switch accessors[field.index] {
    case .none: return .none
    case .event(let read): return read(self)
    case .file(.destination, let read): return destination.map(read) ?? .none
    case .file(_, let read): return file.map(read) ?? .none
    case .process(let place, let part): return process(place).map { reading(of: part, $0) } ?? .none
    case .lineage: return .none
    case .ancestors(let place): return .int(Int64(process(place).map(countAncestors) ?? 0))
    }
  }

  package func reading(of field: Field, at index: Int) -> Reading? {
    guard case .lineage(let place, let part) = accessors[field.index], let root = process(place)?.image,
      let image = ancestor(of: root, at: index)
    else { return nil }
    return reading(of: part, LiveProcess(image: image))
  }

  package func value(of variable: Variable) -> Value {
    if variable == .processID { return .int(Int64(event.process.pid)) }
    if variable == .uuid4 { return .string(randomUUID()) }
    return variables(variable, event) ?? variable.type.zero
  }

  // MARK: Processes

  private func process(_ place: ProcessPlace) -> LiveProcess? {
    switch place {
    case .actor: LiveProcess(image: event.process, event: self)
    case .actorParent: event.process.ancestor.map { LiveProcess(image: $0) }
    case .target: event.target.map { LiveProcess(image: $0) }
    case .targetParent: event.target?.ancestor.map { LiveProcess(image: $0) }
    }
  }

  private func reading(of part: Accessor.Part, _ process: LiveProcess) -> Reading {
    switch part {
    case .own(let read): read(process)
    case .executable(let read): read(process.image.borrowedExecutable)
    case .interpreter(let read): process.image.interpreter.map(read) ?? .none
    case .unknown: .none
    }
  }

  /// The image `index` steps behind the nearest before `root`. Threads of the kernel have none.
  private func ancestor(of root: ProcessImage, at index: Int) -> ProcessImage? {
    guard index >= 0, !root.isKernelWorker else { return nil }
    var (current, position) = (root, -1)
    if let lastAncestor, lastAncestor.root === root, lastAncestor.index <= index {
      (current, position) = (lastAncestor.image, lastAncestor.index)
    }
    while position < index {
      guard let next = current.ancestor else { return nil }
      (current, position) = (next, position + 1)
    }
    lastAncestor = (root, index, current)
    return current
  }

  private func countAncestors(of process: LiveProcess) -> Int {
    guard !process.image.isKernelWorker else { return 0 }
    var count = 0
    var current = process.image.ancestor
    while let image = current {
      count += 1
      current = image.ancestor
    }
    return count
  }
}

/// A process as its fields see it.
struct LiveProcess {
  let image: ProcessImage
  /// The event, if this is the one who acted: it knows the thread and what that one acted with.
  var event: LiveEvent?

  var tid: UInt32 { event?.event.activity.tid ?? image.pid }
  var credentials: Credentials { event?.event.credentials ?? image.credentials }
  var names: CredentialNames { event?.event.names ?? image.names }
}

extension ProcessImage {
  /// `executable`, lent: the fields of a file are read from it one by one, and a copy would cost more than the reading.
  fileprivate var borrowedExecutable: FileIdentity {
    _read { yield executable }
  }
}

extension Activity.Detail {
  /// The files that an event is about.
  fileprivate var files: (FileIdentity?, FileIdentity?) {
    switch self {
    case .open(let open): (open.file, nil)
    case .chdir(let chdir): (chdir.file, nil)
    case .fork, .exec, .exit, .credentials, .signal: (nil, nil)
    }
  }
}
