import Foundation
import Support
import Testing

/// The Debian package, with stand-ins for the two programs: one that needs nothing to speak of, one that needs libcurl.
@Suite(
  .enabled(
    if: Kernel.isRequired || FileManager.default.isExecutableFile(atPath: "/usr/bin/dpkg-shlibdeps"),
    "it takes dpkg-dev"))
struct PackageTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").path()
  /// What it leaves behind once it was removed, and what it takes away in any case when it is purged.
  private static let own = ["/etc/martlet", "/var/lib/martlet", "/var/lib/martlet-ship", "/var/log/martlet"]

  /// Made once for all tests.
  private static let built = Result {
    let place = try Workplace()
    _ = try place.copy("/usr/bin/true", as: "martlet")
    _ = try place.copy("/usr/bin/curl", as: "martlet-ship")
    let outcome = try Outcome(
      of: [repository + "/scripts/package", place.path], environment: Program.environment + ["COMPRESSION=none"])
    let name = try FileManager.default.contentsOfDirectory(atPath: place.path).first { $0.hasSuffix(".deb") }
    return (place, package: place[try #require(name, "\(outcome.errors)")])
  }

  let package: String

  init() throws { package = try Self.built.get().package }

  private func dpkg(_ words: String...) throws -> String {
    try Outcome(of: ["/usr/bin/dpkg-deb"] + words + [package]).text
  }

  @Test func `it has all that the two programs need, and says what it depends on`() throws {
    let lines = try dpkg("--contents").split(separator: "\n").map { $0.split(separator: " ") }
    let modes = Dictionary(uniqueKeysWithValues: lines.map { (String($0[5].dropFirst()), "\($0[0]) \($0[1])") })
    let (program, text) = ("-rwxr-xr-x root/root", "-rw-r--r-- root/root")
    let wanted = [
      "/usr/bin/martlet": program, "/usr/libexec/martlet/martlet-ship": program,
      "/usr/lib/systemd/system/martlet.service": text, "/usr/lib/systemd/system/martlet-ship.service": text,
      "/usr/lib/sysusers.d/martlet-ship.conf": text, "/usr/lib/tmpfiles.d/martlet-ship.conf": text,
      "/etc/martlet/martlet.yaml": text, "/etc/martlet/policies/": "drwxr-xr-x root/root",
      "/usr/share/man/man1/martlet.1.gz": text, "/usr/share/man/man1/martlet-ship.1.gz": text,
      "/usr/share/bash-completion/completions/martlet-ship": text, "/usr/share/doc/martlet/copyright": text,
      "/usr/share/doc/martlet/changelog.gz": text, "/usr/share/lintian/overrides/martlet": text,
    ]
    for (path, mode) in wanted { #expect(modes[path] == mode, "\(path)") }
    #expect(!modes.values.contains { $0.contains("s") || $0.hasPrefix("-rwxrwx") || !$0.hasSuffix(" root/root") })
    let depends = try dpkg("--field").split(separator: "\n").first { $0.hasPrefix("Depends:") }
    #expect(depends?.contains("libcurl4") == true && depends?.contains("adduser") == true)
    #expect(try dpkg("--info").contains("conffiles"))
  }

  @Test(.root) func `it can be installed and removed, and purged leaves nothing behind`() throws {
    let outcome = try Outcome(
      of: [
        Self.repository + "/scripts/try-package", package,
        """
        echo "outbox $(stat -c '%a %U:%G' /var/lib/martlet/outbox)"
        echo "user $(getent passwd martlet-ship | cut -d: -f1,6,7)"
        echo "unit $(readlink /etc/systemd/system/multi-user.target.wants/martlet-ship.service)"
        touch /etc/martlet/ship.yaml /etc/martlet/policies/own.policy /var/lib/martlet/outbox/segment
        mkdir -p /var/lib/martlet-ship/cursors /var/log/martlet
        """,
      ], seconds: 300)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = outcome.text.split(separator: "\n").map(String.init)
    #expect(lines.contains("outbox 2750 root:martlet-ship"))
    #expect(lines.contains("user martlet-ship:/var/lib/martlet-ship:/usr/sbin/nologin"))
    #expect(lines.contains { $0.hasPrefix("unit ") && $0.hasSuffix("/systemd/system/martlet-ship.service") })
    #expect(lines.contains("installed /usr/bin/martlet") && !lines.contains("removed /usr/bin/martlet"))
    // What is somebody's stays until it is purged.
    #expect(lines.contains("removed /etc/martlet/policies/own.policy"))
    let left = lines.filter { $0.hasPrefix("purged ") }
    // A machine that had them before has them no more.
    #expect(left.filter { !Self.own.contains(String($0.dropFirst("purged ".count))) } == [])
  }
}
