import LinuxHost
package import MartletModel
import MartletSchema

/// What the files of container runtimes tell of one container. Each initialiser reads one kind of file, and is `nil` where it
/// is not of that kind or does not tell of this container.
package struct ContainerFacts: Hashable, Sendable {
  package var createdAt: Instant?
  /// What it is called; empty if the file does not say.
  package var name = ""
  /// The image as the runtime was asked for it, such as `docker.io/library/nginx:1.27`; empty if the file does not say.
  package var image = ""

  /// `/var/lib/docker/containers/ID/config.v2.json`
  package init?(docker json: [UInt8]) {
    guard let file = JSONObject(json) else { return nil }
    name = file.text("Name")
    if name.hasPrefix("/") { name.removeFirst() }
    image = file["Config"]?.object?.text("Image") ?? ""
    createdAt = file.time("Created")
  }

  /// `/var/lib/containers/storage/DRIVER-containers/containers.json` of podman and CRI-O, which tells of all of them.
  package init?(storage json: [UInt8], id: String) {
    guard case .array(let all)? = JSONValue(json),
      let file = all.lazy.compactMap(\.object).first(where: { $0.text("id") == id })
    else { return nil }
    // What the runtime wants to remember is a text that holds JSON.
    let memory = JSONObject(Array(file.text("metadata").utf8))
    name = memory?.text("name") ?? ""
    image = memory?.text("image-name") ?? ""
    createdAt = file.time("created")
  }

  /// `config.json` of a bundle that containerd's part for Kubernetes wrote. It does not tell the time, which is the file's.
  package init?(bundle json: [UInt8], modified: Instant?) {
    guard let file = JSONObject(json), file["ociVersion"] != nil else { return nil }
    let annotations = file["annotations"]?.object
    name = annotations?.text("io.kubernetes.cri.container-name") ?? ""
    image = annotations?.text("io.kubernetes.cri.image-name") ?? ""
    createdAt = modified
  }

  /// `/run/crun/ID/status`, and `/run/runc/ID/state.json`, of the runtimes that all others start. They know no image.
  package init?(runtime json: [UInt8]) {
    guard let created = JSONObject(json)?.time("created") else { return nil }
    createdAt = created
  }

  /// `/run/systemd/machines/NAME`: lines `KEY=VALUE`, of what systemd-nspawn and others run.
  package init?(machine text: [UInt8]) {
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    func value(_ key: String) -> Substring? {
      lines.first { $0.hasPrefix(key) && $0.dropFirst(key.count).hasPrefix("=") }?.dropFirst(key.count + 1)
    }
    guard value("CLASS") == "container" else { return nil }
    name = value("NAME").map(String.init) ?? ""
    if let microseconds = value("REALTIME").flatMap({ Int64($0) }), microseconds > 0 {
      createdAt = Instant(
        seconds: microseconds / 1_000_000, nanoseconds: UInt32(truncatingIfNeeded: microseconds % 1_000_000 * 1000))
    }
  }

  // MARK: As an answer

  /// The time in nanoseconds or nothing, the name and the image, with a NUL behind each of the first two. Names are cut
  /// before a character that would go beyond 512 bytes: the longest references are half of that.
  package var answer: [UInt8] {
    Array((createdAt.map { String($0.nanoseconds) } ?? "").utf8) + [0] + part(name) + [0] + part(image)
  }

  private func part(_ text: String) -> [UInt8] {
    var end = text.utf8.index(text.startIndex, offsetBy: 512, limitedBy: text.endIndex) ?? text.endIndex
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text.utf8[..<end].filter { $0 != 0 }
  }

  /// Reads it back.
  package init?(answer: [UInt8]) {
    let parts = answer.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    guard parts.count == 3 else { return nil }
    createdAt = Int64(parts[0]).map(Instant.init(nanoseconds:))
    (name, image) = (parts[1], parts[2])
  }
}

// MARK: JSON of any shape

extension JSONValue {
  fileprivate init?(_ text: [UInt8]) {
    var reader = JSONReader()
    guard let value = unsafe try? reader.readValue(text.span.bytes) else { return nil }
    self = value
  }

  fileprivate var object: JSONObject? {
    guard case .object(let object) = self else { return nil }
    return object
  }
}

extension JSONObject {
  fileprivate init?(_ text: [UInt8]) {
    guard let object = JSONValue(text)?.object else { return nil }
    self = object
  }

  /// The text of a member; empty if there is none.
  fileprivate func text(_ name: String) -> String {
    guard case .string(let text)? = self[name] else { return "" }
    return text
  }

  /// The time that a member spells. Before 1970 is what Go takes for no time.
  fileprivate func time(_ name: String) -> Instant? {
    var reader = JSONReader()
    let quoted = Array("\"\(text(name))\"".utf8)
    guard let time = unsafe try? reader.readTimestamp(quoted.span.bytes), time.nanoseconds > 0 else {
      return nil
    }
    return Instant(nanoseconds: time.nanoseconds)
  }
}
