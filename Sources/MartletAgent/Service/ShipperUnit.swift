/// The files by which systemd runs the shipper as a user of its own. Those below `packaging/` are the same.
package enum ShipperUnit {
  package static let name = "martlet-ship.service"
  /// Once it is there, the unit starts.
  static let configuration = "/etc/martlet/ship.yaml"

  /// The unit, for the program at `executable`.
  package static func text(executable: String) -> String {
    """
    # Delivers what Martlet's agent has put into its outbox. Whatever becomes of it costs the agent nothing.
    [Unit]
    Description=Martlet: delivery of events
    Documentation=man:martlet-ship(1)
    After=network-online.target
    Wants=network-online.target
    # Without it there is nowhere to deliver to.
    ConditionPathExists=/etc/martlet/ship.yaml

    [Service]
    ExecStart=\(SystemdUnit.word(executable)) run --config /etc/martlet/ship.yaml
    ExecReload=/bin/kill -HUP $MAINPID
    Restart=always
    RestartSec=5
    # A configuration that is wrong: another try would not help.
    RestartPreventExitStatus=2
    # Longer than it gives its receivers to acknowledge what is under way.
    TimeoutStopSec=20

    # A user of its own, who may read the outbox by its group and write the state directory, and nothing else.
    User=martlet-ship
    Group=martlet-ship
    StateDirectory=martlet-ship
    StateDirectoryMode=0755
    UMask=0022
    CapabilityBoundingSet=
    NoNewPrivileges=yes
    ProtectSystem=strict
    ProtectHome=yes
    ProtectProc=invisible
    ProcSubset=pid
    PrivateTmp=yes
    PrivateDevices=yes
    PrivateUsers=yes
    ProtectClock=yes
    ProtectControlGroups=yes
    ProtectHostname=yes
    ProtectKernelLogs=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    RemoveIPC=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallFilter=~@privileged @resources

    # Files that it writes to, such as those of a sink of type 'file', have to be named here by a drop-in:
    #   ReadWritePaths=/var/log/martlet

    [Install]
    WantedBy=multi-user.target

    """
  }

  /// For `systemd-sysusers`.
  static let user = """
    # Who delivers events: see martlet-ship.service.
    u martlet-ship - "Martlet's shipper" /var/lib/martlet-ship

    """

  /// For `systemd-tmpfiles`.
  static let directories = """
    # The outbox: the agent writes it, and the shipper's group reads it.
    d /var/lib/martlet        0711 root root
    d /var/lib/martlet/outbox 2750 root martlet-ship

    """
}
