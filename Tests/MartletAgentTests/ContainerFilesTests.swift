import Foundation
import MartletModel
import Support
import Testing

@testable import MartletAgent

/// Where the files of container runtimes are looked for.
struct ContainerFilesTests {
  private static let id = String(repeating: "ab", count: 32)

  @Test(arguments: [
    ("/var/lib/docker/containers/\(id)/config.v2.json", #"{"Name":"/web"}"#),
    (
      "/var/lib/containers/storage/overlay-containers/containers.json",
      #"[{"id":"\#(id)","metadata":"{\"name\":\"web\"}"}]"#
    ),
    (
      "/var/lib/containers/storage/vfs-containers/volatile-containers.json",
      #"[{"id":"\#(id)","metadata":"{\"name\":\"web\"}"}]"#
    ),
    (
      "/run/containerd/io.containerd.runtime.v2.task/k8s.io/\(id)/config.json",
      #"{"ociVersion":"1","annotations":{"io.kubernetes.cri.container-name":"web"}}"#
    ),
    ("/run/systemd/machines/\(id)", "CLASS=container\nNAME=web\n"),
  ])
  func `each runtime's file is found`(path: String, text: String) throws {
    let place = try Workplace()
    let file = place[String(path.dropFirst())]
    try FileManager.default.createDirectory(
      atPath: URL(filePath: file).deletingLastPathComponent().path(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: file))
    let files = ContainerFiles(root: place.path)
    #expect(files.facts(of: Self.id)?.name == "web")
    #expect(files.facts(of: String(Self.id.reversed())) == nil)
  }

  @Test func `a bundle was made when its file was written`() throws {
    let place = try Workplace()
    let directory = place["run/containerd/io.containerd.runtime.v2.task/default/\(Self.id)"]
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data(#"{"ociVersion":"1"}"#.utf8).write(to: URL(filePath: directory + "/config.json"))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: directory + "/config.json")
    let facts = ContainerFiles(root: place.path).facts(of: Self.id)
    #expect(facts?.createdAt == Instant(nanoseconds: 1_000_000_000_000_000))
  }
}
