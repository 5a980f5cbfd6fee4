import Glibc
import MartletClient
import MartletContext
package import MartletModel
import MartletSchema

/// What `martlet session` does: it tells the agent that watches this process who works in it, and becomes the command.
package struct UserSessionRequest {
  private let userInfo: [UInt8]

  /// A session of a user of Kubernetes. What does not fit is left out: first what the authenticator added, then the
  /// groups. `nil` when the rest is still too long.
  package init?(_ user: KubernetesUser) {
    var user = user
    var text = user.userInfo
    if text.count > Int(MARTLET_CLIENT_SESSION_MAX) {
      user.extra = []
      text = user.userInfo
    }
    if text.count > Int(MARTLET_CLIENT_SESSION_MAX) {
      user.groups = []
      text = user.userInfo
    }
    guard text.count <= Int(MARTLET_CLIENT_SESSION_MAX) else { return nil }
    userInfo = text
  }

  /// The user that a JSON `UserInfo` tells of; `nil` when it is no JSON object.
  package static func user(userInfo: String) -> KubernetesUser? { KubernetesUser(userInfo: Array(userInfo.utf8)) }

  /// Puts this process into the session. False when no agent took it.
  package func register() -> Bool {
    let id = UInt64(UInt32.random(in: 0...UInt32.max)) << 32 | UInt64(UInt32(truncatingIfNeeded: time(nil)))
    return unsafe userInfo.withUnsafeBytes { bytes in
      unsafe martlet_client_session(
        id, MARTLET_CLIENT_K8S, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
    }
  }

  /// Replaces this process by a command, found as a shell finds it. Returns the `errno` where that fails.
  package static func become(_ command: [String]) -> Int32 {
    guard let program = command.first else { return EINVAL }
    var arguments = unsafe command.map { unsafe strdup($0) } + [nil]
    unsafe execvp(program, &arguments)
    return errno
  }
}

extension KubernetesUser {
  /// The `UserInfo` that Kubernetes would write.
  fileprivate var userInfo: [UInt8] {
    var object = JSONObject()
    object["username"] = .string(name)
    if !uid.isEmpty { object["uid"] = .string(uid) }
    if !groups.isEmpty { object["groups"] = .array(groups.map(JSONValue.string)) }
    if !extra.isEmpty {
      let names = extra.map { JSONObject.Member(name: $0.name, value: .array($0.values.map(JSONValue.string))) }
      object["extra"] = .object(JSONObject(names))
    }
    var writer = JSONWriter(capacity: 1024)
    writer.value(.object(object))
    return unsafe writer.bytes.withUnsafeBytes { unsafe Array($0) }
  }
}
