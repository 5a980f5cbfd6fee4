package import MartletModel
import SECL

// What rules ask about files that no event has at hand. It is asked once for an event, however many rules want it.

extension LiveEvent {
  /// Digests of the file at a place; nil if there is none.
  func hash<Place: PlaceOfFile>(of _: Place.Type, limit: Int64? = nil) -> FileHash? {
    guard let inspector, Place.hasFile(self), let process = Place.process(self) else { return nil }
    let file = Place.file(self)
    // An action may allow more than the rule's own question did.
    if let hash = findings[file]?.hash, limit == nil || hash.state != .fileTooBig { return hash }
    let hash = inspector.hash(of: file, for: process, type: event.type, isImage: Place.isImage, limit: limit)
    findings.note(file) { $0.hash = hash }
    return hash
  }

  /// The package of the file at a place; nil if none installed it.
  func package<Place: PlaceOfFile>(of _: Place.Type) -> SoftwarePackage? {
    guard let inspector, Place.hasFile(self), let process = Place.process(self) else { return nil }
    let file = Place.file(self)
    if let finding = findings[file], finding.isPackageKnown { return finding.package }
    let package = inspector.package(of: file, for: process)
    findings.note(file) {
      $0.package = package
      $0.isPackageKnown = true
    }
    return package
  }

  /// Hashes the file whose fields begin with `prefix`, as an action of a rule wants it. Nil if the event has no such
  /// file.
  package func hash(fileNamed prefix: String, limit: Int64?) -> (path: String, hash: FileHash)? {
    guard let hashed = Catalogue.shared.hashers[prefix]?(self, limit), !hashed.file.isFileless else { return nil }
    return (hashed.file.path, hashed.hash)
  }
}
