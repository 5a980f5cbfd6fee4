import MartletModel
import MartletSchema
import Testing

@testable import MartletOutput

private let files: [FileIdentity] = [
  FileIdentity(),
  .full,
  .full { $0.inUpperLayer = false },
  .full { $0.pathError = .truncated },
  .full { ($0.path, $0.mountID, $0.mountPath) = ("", 0, "") },
  .full { ($0.modified, $0.changed) = (nil, Instant(nanoseconds: .min)) },
]

private let findings: [FileFindings.Finding?] = [
  nil, FileFindings.Finding(hash: FileHash(.fileTooBig)),
  FileFindings.Finding(
    hash: FileHash(.done, digests: ["sha1:00", "md5:11"]),
    package: SoftwarePackage(name: "dash", version: PackageVersion("0.5-2"), source: PackageVersion("0.5-1"))),
]

struct FileMembersTests {
  @Test(arguments: files, [[], ["O_RDWR", "O_CREAT"]])
  func `a file is written as the schema's own type writes it`(file: FileIdentity, flags: [String]) {
    for finding in findings { check(file, flags, finding) }
  }

  private func check(_ file: FileIdentity, _ flags: [String], _ finding: FileFindings.Finding?) {
    var expected = File(file, finding)
    expected.flags = flags.isEmpty ? nil : flags
    var writer = JSONWriter()
    writer.beginObject()
    writer.members(of: file, flags: flags.isEmpty ? [] : .rendered { $0.value(flags) }, finding: finding)
    writer.endObject()
    #expect(writer.text == expected.json)
  }
}

extension FileIdentity {
  /// A file of which everything is known.
  fileprivate static let full = full { _ in }

  fileprivate static func full(_ change: (inout FileIdentity) -> Void) -> FileIdentity {
    var file = FileIdentity()
    file.path = "/usr/bin/\"dash\""
    file.name = "\"dash\""
    file.inode = .max
    file.mode = 0o100755
    (file.uid, file.gid) = (.max, 4)
    (file.user, file.group) = ("root", "adm")
    file.modified = Instant(nanoseconds: 1)
    file.changed = Instant(nanoseconds: 2)
    file.mountID = 27
    file.filesystem = "overlay"
    file.mountPath = "/"
    file.mountSource = .mountID
    file.mountOrigin = .procfs
    file.inUpperLayer = true
    change(&file)
    return file
  }
}
