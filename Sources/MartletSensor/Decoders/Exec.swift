internal import CMartletABI
import MartletModel

/// Bytes of one argument or environment string that are kept.
let stringLimit = 4096

extension Activity.Exec {
  /// Without `environments` all values of the environment are in it.
  init(decoding record: borrowing Record, environments: KnownEnvironments? = nil) throws(RecordError) {
    let fixed = try record.fixed(martlet_exec_record.self)
    var argvTruncated = fixed.flags & MARTLET_EXEC_ARGS_TRUNCATED.rawValue != 0
    var envpTruncated = fixed.flags & MARTLET_EXEC_ENVS_TRUNCATED.rawValue != 0
    // What has been scrubbed may have become longer; it was cut before.
    let limit = fixed.flags & MARTLET_EXEC_REDACTED.rawValue != 0 ? nil : stringLimit
    let argv = strings(try record.slice(fixed.args), limit: limit, truncated: &argvTruncated)
    let envs = try record.slice(fixed.envs)
    let envp =
      environments?.elements(envs, limit: limit, truncated: &envpTruncated)
      ?? strings(envs, limit: limit, truncated: &envpTruncated)
    self.init(
      parentPID: fixed.process.ppid,
      comm: try record.text(fixed.process.comm),
      tty: try record.text(fixed.process.tty),
      cgroups: try cgroupPaths(fixed.process, of: record),
      executable: try FileIdentity(decoding: fixed.executable, of: record) ?? FileIdentity(),
      interpreter: try FileIdentity(decoding: fixed.interpreter, of: record),
      argument: pathArgument(try record.text(fixed.filename), flags: fixed.flags),
      argv: argv, argvTruncated: argvTruncated, envp: envp, envpTruncated: envpTruncated)
  }
}

/// The pathname as the caller gave it: for an exec through a descriptor the kernel made `/dev/fd/N[/NAME]` of it.
private func pathArgument(_ filename: String, flags: UInt32) -> String {
  guard flags & MARTLET_EXEC_FD_PATH.rawValue != 0 else { return filename }
  let parts = filename.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 3)
  return parts.count > 3 ? String(Substring(parts[3])) : ""
}
