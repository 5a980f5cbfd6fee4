internal import CMartletABI
import MartletModel

extension Activity.Ptrace {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_ptrace_record.self)
    self.init(request: fixed.request, address: fixed.address, tracee: fixed.tracee)
  }
}
