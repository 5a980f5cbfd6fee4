/// Holds a large object outside of the one that it belongs to, which keeps events small to copy and to pass.
///
/// A box is a value like any other: setting it never changes a copy.
@propertyWrapper
public struct Boxed<Object: SchemaObject>: Hashable, Sendable {
  /// The object and, with it, everything that shares it.
  private final class Contents: Sendable {
    let object: Object

    init(_ object: Object) { self.object = object }
  }

  private var contents: Contents?

  /// The box that holds `wrappedValue`.
  public init(wrappedValue: Object?) { contents = wrappedValue.map(Contents.init) }

  /// The object; nil if there is none.
  public var wrappedValue: Object? {
    get { contents?.object }
    set { contents = newValue.map(Contents.init) }
  }

  /// Writes the object, if there is one, as the value of `key`.
  func write(_ key: JSONKey, to writer: inout JSONWriter) {
    guard let contents else { return }
    writer.key(key)
    contents.object.write(to: &writer)
  }

  public static func == (left: Boxed, right: Boxed) -> Bool {
    left.contents === right.contents || left.wrappedValue == right.wrappedValue
  }

  public func hash(into hasher: inout Hasher) { hasher.combine(wrappedValue) }
}
