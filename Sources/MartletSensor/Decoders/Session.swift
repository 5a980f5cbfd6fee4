internal import CMartletABI
import MartletModel

extension Activity.SessionPiece {
  init(decoding record: borrowing Record) throws(RecordError) {
    let fixed = try record.fixed(martlet_session_record.self)
    let padded = try record.slice(fixed.data)
    let data = unsafe padded.withUnsafeBytes { unsafe Array($0.prefix { $0 != 0 }) }
    self.init(
      id: fixed.id, kind: fixed.session_type == MARTLET_SESSION_K8S.rawValue ? .k8s : .unknown, cursor: fixed.cursor,
      data: data)
  }
}
