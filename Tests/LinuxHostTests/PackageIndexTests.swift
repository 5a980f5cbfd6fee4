import LinuxHost
import Testing

/// Databases of packages, in the texts that dpkg and apk write.
struct PackageIndexTests {
  private let status = """
    Package: libc6
    Status: install ok installed
    Priority: optional
    Architecture: amd64
    Multi-Arch: same
    Source: glibc
    Version: 2.36-9+deb12u13
    Conffiles:
     /etc/ld.so.conf.d/x86_64-linux-gnu.conf d4e7a7b88a71b5ffd9e2644e71a0cfab
    Description: GNU C Library: Shared libraries
     Version: not this one

    Package: gone
    Status: deinstall ok config-files
    Architecture: all
    Version: 1.0

    Package: bash
    Status: install ok installed
    Architecture: amd64
    Source: bash (5.2.15-2)
    Version: 5.2.15-2+b8

    Package: broken
    Status: install ok half-configured
    Version: 1:0.9
    """

  @Test func `dpkg's status names the packages whose files are there`() {
    let entries = DpkgDatabase.packages(inStatus: status.utf8Span.span)
    #expect(
      entries.map(\.package) == [
        InstalledPackage(name: "libc6", version: "2.36-9+deb12u13", sourceVersion: "2.36-9+deb12u13"),
        InstalledPackage(name: "bash", version: "5.2.15-2+b8", sourceVersion: "5.2.15-2"),
        InstalledPackage(name: "broken", version: "1:0.9", sourceVersion: "1:0.9"),
      ])
    #expect(entries.map(\.listNames) == [["libc6", "libc6:amd64"], ["bash", "bash:amd64"], ["broken"]])
  }

  @Test(
    arguments: [
      ("/bin/bash", "bash"), ("/usr/bin/bash", "bash"), ("/usr/share/doc/bash/README", "bash"),
      ("/etc/skel/.bashrc", "bash"), ("/etc/skel", nil), ("/usr/share/doc", nil), ("/", nil), ("", nil),
      ("/usr/local/bin/bash", nil), ("/usr", nil), ("/bin/bas", nil), ("/lib/x", "libc6"), ("/usr/lib/x", "libc6"),
    ] as [(String, String?)])
  func `a path has the package that lists it, with /usr before it or not`(path: String, name: String?) {
    var index = PackageIndex()
    let list = """
      /.
      /bin
      /bin/bash
      /etc
      /etc/skel
      /etc/skel/.bashrc
      /usr
      /usr/share
      /usr/share/doc
      /usr/share/doc/bash
      /usr/share/doc/bash/README
      """
    index.add(InstalledPackage(name: "bash", version: "1", sourceVersion: "1"), dpkgList: list.utf8Span.span)
    let sums = "0123456789abcdef0123456789abcdef  usr/lib/x\nnonsense\n\nabc  \n"
    index.add(InstalledPackage(name: "libc6", version: "1", sourceVersion: "1"), md5sums: sums.utf8Span.span)
    index.finish()
    #expect(index[path]?.name == name)
  }

  @Test(
    arguments: [
      ("/bin/busybox", "busybox 1.36.1-r29"), ("/etc/securetty", "busybox 1.36.1-r29"), ("/top", "busybox 1.36.1-r29"),
      ("/lib/ld-musl-x86_64.so.1", "musl 1.2.5-r0"), ("/usr/lib/ld-musl-x86_64.so.1", "musl 1.2.5-r0"),
      ("/lib", nil), ("/bin/ls", nil),
    ] as [(String, String?)])
  func `apk's database lists directories and the files in them`(path: String, package: String?) {
    let installed = """
      C:Q1pSfk0MgDwrqBMw5aVYGtzGMfKdw=
      P:busybox
      V:1.36.1-r29
      A:x86_64
      o:busybox
      F:
      R:top
      F:bin
      R:busybox
      a:0:0:755
      Z:Q1abc=
      F:etc
      R:securetty

      C:Q1xyz=
      P:musl
      V:1.2.5-r0
      F:lib
      R:ld-musl-x86_64.so.1
      """
    var index = PackageIndex()
    index.add(apkInstalled: installed.utf8Span.span)
    index.finish()
    #expect(index.count == 2)
    #expect(index[path].map { "\($0.name) \($0.version)" } == package)
  }
}
