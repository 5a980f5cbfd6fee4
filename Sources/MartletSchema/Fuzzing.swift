// What a fuzzer calls with bytes of its own. Each function returns for every input; a trap is a bug.

/// Validates `bytes` as one event and as a stream of events in pieces.
package func fuzzValidate(_ bytes: RawSpan) {
  var validator = EventValidator()
  let isValid = validator.isValid(bytes)
  var run = ValidationRun()
  let cut = bytes.byteCount / 2
  run.validate(bytes.extracting(first: cut)) { _, violation in _ = violation.description }
  run.validate(bytes.extracting(droppingFirst: cut)) { _, violation in _ = violation.description }
  run.finish { _, violation in _ = violation.description }
  // A valid event may hold newlines, and then is no line.
  let isOneLine = run.summary.documents == 1
  precondition(!isOneLine || isValid == (run.summary.invalid == 0), "the pieces of a line make a difference")
}

/// Reads `bytes` as one event and, if it is one, writes it and reads it back.
package func fuzzRead(_ bytes: RawSpan) {
  guard let event = try? EventDocument(json: bytes) else { return }
  var validator = EventValidator()
  precondition(validator.isValid(bytes), "the reader accepts what the validator refuses")
  let json = event.json
  guard let again = try? EventDocument(json: json) else { preconditionFailure("what was written does not read back") }
  precondition(again.json == json, "what was read back is written differently")
}
