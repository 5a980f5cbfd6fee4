/// The identity a thread acts with. Ids are those of the initial user namespace.
package struct Credentials: Hashable, Sendable, BitwiseCopyable {
  package var uid: UInt32
  package var gid: UInt32
  package var euid: UInt32
  package var egid: UInt32
  package var fsuid: UInt32
  package var fsgid: UInt32
  /// Bit `n` is capability number `n`, in both sets.
  package var capEffective: UInt64
  package var capPermitted: UInt64

  package init(
    uid: UInt32 = 0, gid: UInt32 = 0, euid: UInt32 = 0, egid: UInt32 = 0, fsuid: UInt32 = 0, fsgid: UInt32 = 0,
    capEffective: UInt64 = 0, capPermitted: UInt64 = 0
  ) {
    self.uid = uid
    self.gid = gid
    self.euid = euid
    self.egid = egid
    self.fsuid = fsuid
    self.fsgid = fsgid
    self.capEffective = capEffective
    self.capPermitted = capPermitted
  }
}

/// Names of the ids of `Credentials`, `""` where the user databases know none.
package struct CredentialNames: Hashable, Sendable {
  package var user = ""
  package var group = ""
  package var euser = ""
  package var egroup = ""
  package var fsuser = ""
  package var fsgroup = ""

  package init() {}
}
