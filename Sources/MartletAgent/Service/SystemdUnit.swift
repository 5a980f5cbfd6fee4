/// The unit by which systemd runs the agent. `packaging/systemd/martlet.service` is the same.
package enum SystemdUnit {
  package static let name = "martlet.service"

  /// The text, for the program at `executable`.
  package static func text(executable: String) -> String {
    """
    [Unit]
    Description=Martlet, runtime threat detection
    Documentation=man:martlet.run(1)
    After=local-fs.target
    RequiresMountsFor=/var/log/martlet

    [Service]
    Type=notify
    ExecStart=\(word(executable)) run
    ExecReload=/bin/kill -HUP $MAINPID
    WatchdogSec=30
    TimeoutStopSec=90
    Restart=on-failure
    RestartSec=1
    # A configuration that is wrong, a kernel that cannot be watched: another try would not help.
    RestartPreventExitStatus=2 77
    # Hooks of functions are ended by a process that stays behind for half a minute: no start has to wait for it.
    KillMode=process
    OOMScoreAdjust=-900
    UMask=0077
    RuntimeDirectory=martlet
    RuntimeDirectoryMode=0711
    LogsDirectory=martlet
    LogsDirectoryMode=0700
    StateDirectory=martlet
    StateDirectoryMode=0711

    # To load and attach the probes, to look into processes and files of all users, and a better place in the queue. The agent
    # itself gives up all but SYS_PTRACE and DAC_READ_SEARCH once the probes are attached, and KILL, where rules may kill.
    # SYS_ADMIN, up to then, is what the kernel asks of those who list its modules: a probe may have to look for its types
    # there, such as overlayfs's.
    CapabilityBoundingSet=CAP_BPF CAP_PERFMON CAP_NET_ADMIN CAP_SYS_PTRACE CAP_DAC_READ_SEARCH CAP_SYS_NICE CAP_SETPCAP CAP_SYS_ADMIN CAP_KILL
    NoNewPrivileges=yes
    ProtectSystem=strict
    PrivateDevices=yes
    ProtectHome=read-only
    ProtectKernelTunables=yes
    ProtectKernelModules=yes
    ProtectKernelLogs=yes
    ProtectControlGroups=yes
    ProtectClock=yes
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    RestrictAddressFamilies=AF_UNIX
    IPAddressDeny=any
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service bpf capset
    SystemCallErrorNumber=EPERM

    [Install]
    WantedBy=multi-user.target

    """
  }

  // MARK: Where else it may write

  /// The first line of what `places` makes, by which it is known again.
  private static let placesHead = "# Where the configuration has the agent write: made by 'martlet install'."
  private static let placesKey = "ReadWritePaths="
  private static let ownDirectories = ["/var/log/martlet", "/var/lib/martlet", "/run/martlet"]

  /// A drop-in to the unit that lets the agent write where a configuration has it write beside the unit's own directories;
  /// `nil` where it has not.
  static func places(of configuration: Configuration) -> String? {
    let files = ["file.path", "life.path", "control.path", "metrics.path"].map {
      configuration.text($0).parentDirectory
    }
    let directories = Set(files + [configuration.text("outbox.path")]).filter { path in
      path.hasPrefix("/") && path.utf8.allSatisfy { $0 >= 32 && $0 != 127 }
        && !ownDirectories.contains { path == $0 || path.hasPrefix($0 + "/") }
    }
    guard !directories.isEmpty else { return nil }
    return ([placesHead, "[Service]"] + directories.sorted().map { placesKey + word("-" + $0) }).joined(separator: "\n")
      + "\n"
  }

  /// Whether `text` is such a drop-in, of whatever configuration.
  static func isPlaces(_ text: String) -> Bool {
    let lines = text.split(separator: "\n")
    return lines.first == placesHead[...] && lines.dropFirst(2).allSatisfy { $0.hasPrefix(placesKey) }
  }

  /// A path as a word of a unit, where blanks end words and `%` begins what is replaced.
  static func word(_ path: String) -> String {
    var word = ""
    for character in path {
      switch character {
      case "%": word += "%%"
      case "\"", "\\": word += "\\\(character)"
      default: word.append(character)
      }
    }
    return path.contains { " \"'\\;".contains($0) } ? "\"\(word)\"" : word
  }

  /// Whether `text` is the unit `template`, for whatever program.
  static func isUnchanged(_ text: String, _ template: String) -> Bool {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let ours = template.split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count == ours.count else { return false }
    return zip(lines, ours).allSatisfy { line, our in
      guard our.hasPrefix("ExecStart=") else { return line == our }
      // What follows the program stays; the program is one word.
      let rest = our.drop { $0 != " " }
      guard line.hasPrefix("ExecStart=/") || line.hasPrefix("ExecStart=\"/"), line.hasSuffix(rest) else { return false }
      return line.contains("\"") || !line.dropLast(rest.count).contains(" ")
    }
  }
}
