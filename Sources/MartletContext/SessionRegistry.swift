import MartletModel
import MartletSchema

/// Puts processes into the sessions of people that they say they belong to.
///
/// A process says it once: its first piece decides, and with what it inherited it has nothing to say. What it says is the
/// word of whoever ran it, and is worth what that is worth; it is checked for its form alone.
struct SessionRegistry {
  /// What a process has said so far of a session that it is in already.
  private struct Unfinished {
    let image: UInt64
    let kind: UserSession.Kind
    var cursor: UInt32
    var data: [UInt8]
  }

  private var unfinished: [UInt32: Unfinished] = [:]
  /// Processes whose word was taken as it was, for want of room.
  private(set) var evictions: UInt64 = 0

  /// Bytes that are taken of one session.
  private static let largest = 1024
  /// Processes that may be in the midst of their word; when one more comes, the others have said what they said.
  private static let capacity = 1024

  /// Takes a piece that the process of `image` said.
  mutating func take(_ piece: Activity.SessionPiece, of image: ProcessImage) {
    if piece.cursor == 1, image.userSession == nil, piece.id != 0 {
      if unfinished.count >= Self.capacity {
        evictions &+= UInt64(unfinished.count)
        unfinished = [:]
      }
      unfinished[image.pid] = Unfinished(image: image.serial, kind: piece.kind, cursor: 0, data: [])
      image.userSession = UserSession(id: piece.id, kind: piece.kind)
    }
    // Whatever another image of the process left unsaid remains so.
    guard let session = image.userSession, session.id == piece.id, var said = unfinished[image.pid],
      said.image == image.serial, piece.cursor == said.cursor &+ 1,
      said.data.count + piece.data.count <= Self.largest
    else { return }
    said.cursor &+= 1
    said.data += piece.data
    guard let user = KubernetesUser(userInfo: said.data) else {
      unfinished[image.pid] = said
      return
    }
    unfinished[image.pid] = nil
    image.userSession = UserSession(id: piece.id, kind: said.kind, user: user)
  }

  /// Forgets what an ended process did not finish.
  mutating func forget(pid: UInt32) { unfinished[pid] = nil }
}

extension KubernetesUser {
  /// Reads a `UserInfo` of Kubernetes. Members of another shape are left out; `nil` when it is no whole JSON object.
  package init?(userInfo: [UInt8]) {
    var reader = JSONReader()
    guard case .object(let members) = unsafe try? reader.readValue(userInfo.span.bytes) else { return nil }
    self.init()
    name = members["username"]?.text ?? ""
    uid = members["uid"]?.text ?? ""
    groups = members["groups"]?.texts ?? []
    guard case .object(let names) = members["extra"] else { return }
    extra = names.members.compactMap { member in
      member.value.texts.map { Extra(name: member.name, values: $0) }
    }
  }
}

extension JSONValue {
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }

  /// `nil` for what is no array; elements that are no text are left out.
  fileprivate var texts: [String]? {
    if case .array(let elements) = self { elements.compactMap(\.text) } else { nil }
  }
}
