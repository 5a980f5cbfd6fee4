/// The session of a person that a process works in, as who opened it told.
///
/// Children and later images have it too, and nothing takes it from them.
package final class UserSession: Sendable {
  /// How it was opened.
  package enum Kind: Sendable {
    case k8s
    case unknown

    /// `session_type` of the schema, which is the name of SECL's constant too.
    package var name: String {
      switch self {
      case .k8s: "k8s"
      case .unknown: "unknown"
      }
    }

    /// SECL's number of it.
    package var number: UInt8 {
      switch self {
      case .unknown: 0
      case .k8s: 1
      }
    }
  }

  /// Different for every session of a host, never 0.
  package let id: UInt64
  package let kind: Kind
  package let user: KubernetesUser

  package init(id: UInt64, kind: Kind, user: KubernetesUser = KubernetesUser()) {
    self.id = id
    self.kind = kind
    self.user = user
  }

  /// `id` as the schema spells it: lower-case hexadecimal digits without prefix.
  package var idText: String { String(id, radix: 16) }
}

/// Whom Kubernetes took a person for: its `UserInfo`. What is not known is empty.
package struct KubernetesUser: Hashable, Sendable {
  package var name = ""
  package var uid = ""
  package var groups: [String] = []
  /// What the authenticator added, in its order.
  package var extra: [Extra] = []

  /// One name with its values.
  package struct Extra: Hashable, Sendable {
    package var name: String
    package var values: [String]

    package init(name: String, values: [String]) {
      self.name = name
      self.values = values
    }
  }

  package init() {}
}

extension Activity {
  /// A piece of what a process says of its session.
  package struct SessionPiece {
    package var id: UInt64
    package var kind: UserSession.Kind
    /// Which piece, from 1.
    package var cursor: UInt32
    package var data: [UInt8]

    package init(id: UInt64, kind: UserSession.Kind, cursor: UInt32, data: [UInt8]) {
      self.id = id
      self.kind = kind
      self.cursor = cursor
      self.data = data
    }
  }
}
