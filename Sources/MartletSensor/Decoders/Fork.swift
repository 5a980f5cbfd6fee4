internal import CMartletABI
import MartletModel

extension Activity.Fork {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_fork_record.self)
    self.init(
      parentPID: fixed.process.ppid,
      parentTID: fixed.parent_tid,
      isThread: UInt32(fixed.header.flags) & MARTLET_FLAG_THREAD.rawValue != 0,
      comm: try record.text(fixed.process.comm),
      tty: try record.text(fixed.process.tty),
      cgroups: try cgroupPaths(fixed.process, of: record))
  }
}
