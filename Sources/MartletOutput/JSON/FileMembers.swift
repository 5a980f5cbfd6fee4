import MartletModel
import MartletSchema

extension JSONWriter {
  /// Writes the members that `File(file)` has, `flags` among them, without making one.
  ///
  /// A `File` has room for every property of the schema: making, copying and destroying it for each event costs as much
  /// as the writing. `flags` is a rendered list, empty for none; `finding` is what was found out about it.
  mutating func members(of file: FileIdentity, flags: [UInt8] = [], finding: FileFindings.Finding? = nil) {
    text(File.Key.path, file.path)
    text(File.Key.name, file.name)
    if let error = file.pathError { member(File.Key.pathResolutionError, error.text) }
    number(File.Key.inode, file.inode)
    number(File.Key.mode, UInt64(file.mode))
    if let inUpperLayer = file.inUpperLayer { member(File.Key.inUpperLayer, inUpperLayer) }
    number(File.Key.mountID, UInt64(file.mountID))
    text(File.Key.filesystem, file.filesystem)
    member(File.Key.uid, JSONInteger(file.uid))
    member(File.Key.gid, JSONInteger(file.gid))
    text(File.Key.user, file.user)
    text(File.Key.group, file.group)
    if !flags.isEmpty {
      key(File.Key.flags)
      rendered(flags)
    }
    if let modified = file.modified { member(File.Key.modificationTime, Timestamp(modified)) }
    if let changed = file.changed { member(File.Key.changeTime, Timestamp(changed)) }
    if let package = finding?.package {
      member(File.Key.packageName, package.name)
      text(File.Key.packageVersion, package.version.text)
    }
    if let hash = finding?.hash {
      if !hash.digests.isEmpty { member(File.Key.hashes, hash.digests) }
      member(File.Key.hashState, hash.state.rawValue)
    } else {
      member(File.Key.hashState, File.noHash)
    }
    text(File.Key.mountPath, file.mountPath)
    member(File.Key.mountSource, file.mountSource.rawValue)
    member(File.Key.mountOrigin, file.mountOrigin.rawValue)
  }

  /// Writes a text that the schema omits when it is empty.
  private mutating func text(_ key: JSONKey, _ value: String) {
    if !value.isEmpty { member(key, value) }
  }

  /// Writes a number that the schema omits when it is zero.
  private mutating func number(_ key: JSONKey, _ value: UInt64) {
    if value != 0 { member(key, JSONInteger(value)) }
  }
}
