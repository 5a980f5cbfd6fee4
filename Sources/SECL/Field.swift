/// A field that expressions may read: all that the language must know of it.
public struct Field: Hashable, Sendable {
  /// How texts are compared with it and which texts may be.
  public struct Traits: OptionSet, Hashable, Sendable {
    /// One bit a trait.
    public let rawValue: UInt16
    /// The traits of these bits.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Patterns are globs: a star does not cross a slash.
    public static let globs = Traits(rawValue: 1)
    /// Literals must be clean absolute paths; no regexps.
    public static let paths = Traits(rawValue: 2)
    /// Case does not count.
    public static let ignoresCase = Traits(rawValue: 4)
    /// A missing leading dot is added to literals.
    public static let extensions = Traits(rawValue: 8)
    /// Only `==` with one literal.
    public static let singleLiteral = Traits(rawValue: 16)
    /// Literals have at most 16 bytes.
    public static let short = Traits(rawValue: 32)
    /// It says something of what outlives the event, such as its process: see `EventReader.lasting`.
    public static let lasting = Traits(rawValue: 64)
    /// It says something that other events say too, such as a file's name: see `EventReader.recurring`.
    public static let recurring = Traits(rawValue: 128)
    /// It says something of what many have in common, such as the program of a process: see `EventReader.kind`.
    public static let kind = Traits(rawValue: 256)
  }

  /// Its number in the catalogue, by which a context finds its value.
  public let index: Int
  /// The type of its value. Below an iterator, that of one object.
  public let type: ValueType
  /// How texts are compared with it.
  public let traits: Traits
  private let details: Details

  /// What an evaluation does not ask for: kept apart, so that a field that is handed on is three words.
  private final class Details: Sendable {
    let name: String
    let eventType: String?
    let onlyWith: [String]
    let iterator: String?
    let cost: Int

    init(name: String, eventType: String?, onlyWith: [String], iterator: String?, cost: Int) {
      self.name = name
      self.eventType = eventType
      self.onlyWith = onlyWith
      self.iterator = iterator
      self.cost = cost
    }
  }

  /// Its name, such as `open.file.path`.
  public var name: String { details.name }
  /// The one event type that has it; nil if several have.
  public var eventType: String? { details.eventType }
  /// The event types that have it; empty if all have.
  public var onlyWith: [String] { details.onlyWith }
  /// The list of objects that it is read from, such as `process.ancestors`.
  public var iterator: String? { details.iterator }
  /// What it takes to come by its value: 0 if the event has it at hand, more the later it should be asked for. Rules are
  /// decided without it if they can be. Whoever hands it out keeps it: several tests of an event may ask for it.
  public var cost: Int { details.cost }

  /// The field `name`.
  public init(
    index: Int, name: String, type: ValueType, traits: Traits = [], eventType: String? = nil, onlyWith: [String] = [],
    iterator: String? = nil, cost: Int = 0
  ) {
    self.index = index
    self.type = type
    self.traits = traits
    details = Details(name: name, eventType: eventType, onlyWith: onlyWith, iterator: iterator, cost: cost)
  }

  /// Whether the two are the same row of the same catalogue.
  public static func == (left: Field, right: Field) -> Bool {
    left.details === right.details || left.index == right.index && left.name == right.name
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(index) }
}

/// The fields that expressions may name.
public protocol FieldCatalogue: Sendable {
  /// The field called `name`, by its present or an older name.
  func field(named name: String) -> Field?
  /// The number of objects of the iterator called `name`, a field; nil if nothing of that name is an iterator.
  func length(ofIterator name: String) -> Field?
  /// All names, for suggestions.
  var fieldNames: [String] { get }
  /// Constants that are lists of texts, such as the names of the agent's own maps.
  var textConstants: [String: [[UInt8]]] { get }
}

/// Where an evaluation finds values. An answer of another type than asked for reads as the zero value.
public protocol EvaluationContext {
  /// The value of a field. Below an iterator: of all objects, one after the other. A text that goes by several names,
  /// such as a file that was reached through links, may be answered as a list: a test holds if it holds for one of
  /// them, its negation if it holds for none.
  func value(of field: Field) -> Value
  /// The value of a field below an iterator, for the object at `index`; nil behind the last.
  func value(of field: Field, at index: Int) -> Value?
  /// The value of the variable.
  func value(of variable: Variable) -> Value
  /// Nanoseconds since the epoch; the same all through one event.
  var now: Int64 { get }
}

/// A field's value as its owner holds it: handing it on copies no bytes and allocates nothing.
public enum Reading: Sendable {
  /// Nothing is known: the zero value of the field's type.
  case none
  case bool(Bool)
  case int(Int64)
  /// A text that goes by one name.
  case text(String)
  /// The elements of a list, or the names that a text goes by.
  case texts([String])
  case ints([Int64])
  case ip(IPNetwork)
  case ips([IPNetwork])
}

/// Where a fast evaluation finds values: what `EvaluationContext` answers, without a copy.
public protocol EventReader: AnyObject {
  /// What `field` holds; of one below an iterator use `reading(of:at:)`.
  func reading(of field: Field) -> Reading
  /// What a field below an iterator holds for the object at `index`; nil behind the last.
  func reading(of field: Field, at index: Int) -> Reading?
  /// The value of the variable now: set actions of rules that matched before have been done.
  func value(of variable: Variable) -> Value
  /// Nanoseconds since the epoch; the same all through one event.
  var now: Int64 { get }
  /// Which values the fields with the trait `kind` have: two events with the same number, other than 0, have the same
  /// values in all of them. What was found out of these is then used again.
  var kind: UInt64 { get }
  /// The same for the fields with the trait `lasting`.
  var lasting: UInt64 { get }
  /// The same for the fields with the trait `recurring`.
  var recurring: UInt64 { get }
}

extension EventReader {
  /// 0: nothing is known of other events.
  public var kind: UInt64 { 0 }
  /// 0: nothing is known of other events.
  public var lasting: UInt64 { 0 }
  /// 0: nothing is known of other events.
  public var recurring: UInt64 { 0 }
}

/// A variable that expressions may read.
public struct Variable: Hashable, Sendable {
  /// Its name with the scope, such as `process.stage`.
  public let name: String
  /// The type of its value; no list of bools.
  public let type: ValueType

  /// The variable `name`.
  public init(name: String, type: ValueType) {
    self.name = name
    self.type = type
  }

  /// The process id of the event's process; 0 if it is unknown.
  public static let processID = Variable(name: "process.pid", type: .int)
  /// A fresh random UUID at each evaluation.
  public static let uuid4 = Variable(name: "builtins.uuid4", type: .string)
}
