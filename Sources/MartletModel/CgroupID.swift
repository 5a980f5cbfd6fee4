/// The number of a cgroup of the default hierarchy, which the kernel gives to no other one until it starts anew: the inode
/// of its directory.
package struct CgroupID: Hashable, Sendable, BitwiseCopyable {
  package let number: UInt64
  package init(_ number: UInt64) { self.number = number }

  /// The row of a ledger for all cgroups that have none of their own.
  package static let others = CgroupID(0)
}
