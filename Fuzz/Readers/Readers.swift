import LinuxHost
import MartletModel
import MartletSchema
import MartletSensor

/// Everything that reads what strangers wrote, by the name of its folder in `corpus/`.
package let readers: [String: @Sendable (RawSpan) -> Void] = [
  "containers": readContainers,
  "control": readRequests,
  "host": readAsProcfs,
  "json": fuzzRead,
  "packets": followPackets,
  "policies": loadPolicies,
  "record": decode,
  "recording": replay,
  "records": followRecords,
  "rules": askRules,
  "tests": runRuleTests,
  "validator": fuzzValidate,
]

/// The bytes as a record of the probes, decoded as it is and as a recording keeps it.
private func decode(_ bytes: RawSpan) {
  let record = Record(bytes)
  guard let activity = try? Activity(decoding: record, clock: ClockBase(offset: 0)) else {
    _ = Activity.claimedType(of: record)
    return
  }
  let kept = record.redacted(as: activity)
  _ = try? Activity(decoding: unsafe Record(kept.span.bytes), clock: ClockBase(offset: 0))
}

/// The bytes as each of the texts that Linux writes.
private func readAsProcfs(_ bytes: RawSpan) {
  let text = unsafe bytes.withUnsafeBytes { unsafe [UInt8]($0) }
  if let stat = ProcessStat(text.span) { _ = stat.terminal.terminalName }
  _ = ProcessStatus(text.span)
  for mount in MountTable(text.span).all { _ = mount.device.terminalName }
  _ = CgroupMembership(text.span).container
  _ = ContainerID(cgroupPath: text.span)
  _ = [String](nulSeparated: text.span)
  _ = UserDatabase(passwd: text.span)[0]
  _ = GroupDatabase(group: text.span)[0]
  _ = BootTime(procStat: text.span)
}
