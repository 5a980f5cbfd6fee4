import LinuxHost
import MartletModel

/// Names of users and groups, from the files of the host or of a container.
///
/// A container's files are read once, through the root of the first of its processes that needs a name.
final class AccountResolver {
  private let host: any Host
  private var accounts: [String: Accounts] = [:]
  /// Whom the last file belonged to, as the next one does most of the time.
  private var lastOwners: (container: Container?, uid: UInt32, gid: UInt32, user: String, group: String)?
  /// Rises whenever files are read: other names may be in them.
  private(set) var revision: UInt64 = 0
  /// Containers whose files are kept; when one more comes, all are read anew.
  private let capacity = 64

  private struct Accounts {
    let users: UserDatabase
    let groups: GroupDatabase
    /// Of at most `capacity` identities.
    var known: [Credentials: CredentialNames] = [:]
    let capacity = 1024
  }

  init(host: any Host) { self.host = host }

  func names(of credentials: Credentials, of process: ProcessImage) -> CredentialNames {
    with(process.container, pid: process.pid) { accounts in
      var key = credentials
      (key.capEffective, key.capPermitted) = (0, 0)
      if let names = accounts.known[key] { return names }
      let names = CredentialNames(
        user: accounts.users[key.uid] ?? "", group: accounts.groups[key.gid] ?? "",
        euser: accounts.users[key.euid] ?? "", egroup: accounts.groups[key.egid] ?? "",
        fsuser: accounts.users[key.fsuid] ?? "", fsgroup: accounts.groups[key.fsgid] ?? "")
      if accounts.known.count >= accounts.capacity { accounts.known = [:] }
      accounts.known[key] = names
      return names
    }
  }

  /// Fills in the names of a file's owners, as the process would read them.
  func nameOwners(of file: inout FileIdentity, for process: ProcessImage) {
    if let last = lastOwners, last.container === process.container, last.uid == file.uid, last.gid == file.gid {
      (file.user, file.group) = (last.user, last.group)
      return
    }
    (file.user, file.group) = with(process.container, pid: process.pid) { [uid = file.uid, gid = file.gid] accounts in
      (accounts.users[uid] ?? "", accounts.groups[gid] ?? "")
    }
    lastOwners = (process.container, file.uid, file.gid, file.user, file.group)
  }

  private func with<Result>(_ container: Container?, pid: UInt32, _ body: (inout Accounts) -> Result) -> Result {
    let key = container?.id ?? ""
    if accounts[key] == nil {
      if accounts.count >= capacity { accounts = accounts.filter { $0.key.isEmpty } }
      let root = container == nil ? 0 : pid
      let users = host.answer(.users(pid: root)) ?? []
      let groups = host.answer(.groups(pid: root)) ?? []
      revision &+= 1
      accounts[key] = Accounts(users: UserDatabase(passwd: users.span), groups: GroupDatabase(group: groups.span))
    }
    return body(&accounts[key]!)  // present: the lines above put it there
  }
}
