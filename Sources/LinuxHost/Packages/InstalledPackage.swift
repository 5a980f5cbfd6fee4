/// A package as the database of installed packages has it.
package struct InstalledPackage: Hashable, Sendable {
  package var name: String
  /// In full, as the distribution writes it: `1:2.38.1-5+deb12u3`, `3.1.4-r5`, `8.32-4.el9`.
  package var version: String
  /// The version of the source that it was built from, in the same form.
  package var sourceVersion: String

  package init(name: String, version: String, sourceVersion: String) {
    self.name = name
    self.version = version
    self.sourceVersion = sourceVersion
  }
}
