/// Where a thread is in distributed tracing, as its own tracer says. Either id may be 0, not both.
package struct TraceSpan: Hashable, Sendable, BitwiseCopyable {
  package let spanID: UInt64
  package let traceID: UInt64

  /// `nil` where both are 0: the thread is in no span.
  package init?(spanID: UInt64, traceID: UInt64) {
    guard spanID | traceID != 0 else { return nil }
    self.spanID = spanID
    self.traceID = traceID
  }
}
