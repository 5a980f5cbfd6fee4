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
///
/// Shared by all that act with one identity: an event has one reference in place of six texts.
package final class CredentialNames: Sendable {
  package let user: String
  package let group: String
  package let euser: String
  package let egroup: String
  package let fsuser: String
  package let fsgroup: String

  package init(
    user: String = "", group: String = "", euser: String = "", egroup: String = "", fsuser: String = "",
    fsgroup: String = ""
  ) {
    self.user = user
    self.group = group
    self.euser = euser
    self.egroup = egroup
    self.fsuser = fsuser
    self.fsgroup = fsgroup
  }

  /// Whether all names are the same, to the byte.
  package func isSame(as other: CredentialNames) -> Bool {
    self === other
      || user.isSame(as: other.user) && group.isSame(as: other.group) && euser.isSame(as: other.euser)
        && egroup.isSame(as: other.egroup) && fsuser.isSame(as: other.fsuser) && fsgroup.isSame(as: other.fsgroup)
  }

  /// Of nobody.
  package static let none = CredentialNames()
}
