import CMartletABI
import MartletModel
import MartletSensor
import Testing

struct KnownOpensTests {
  private func open(_ bytes: [UInt8], _ opens: KnownOpens?) -> Activity.Open? {
    try? unsafe Activity(decoding: Record(bytes.span.bytes), clock: ClockBase(offset: 0), opens: opens).open
  }

  /// A record with a value of its own in every field, and the span of its thread, if it has one.
  private func record(
    pid: UInt32 = 10, span: UInt64? = nil, _ change: (inout RecordBuilder<martlet_open_record>) -> Void = { _ in }
  ) -> [UInt8] {
    var builder = RecordBuilder(martlet_open_record())
    builder.fixed.header = SampleRecord.header(MARTLET_RECORD_OPEN)
    builder.fixed.header.pid = pid
    builder.fixed.file = SampleRecord.file(in: &builder, "passwd", "etc", inside: 7, flags: MARTLET_FILE_CLAIMED)
    (builder.fixed.open_flags, builder.fixed.mode) = (0o102, 0o640)
    builder.fixed.user_path = builder.text("/etc/passwd")
    change(&builder)
    guard let span else { return builder.bytes }
    builder.fixed.header.flags |= UInt16(MARTLET_FLAG_SPAN.rawValue)
    let bytes = martlet_span(span_id: span, trace_id: 6)
    return unsafe builder.bytes + withUnsafeBytes(of: bytes) { unsafe Array($0) }
  }

  @Test func `opens that differ only in who, when and in which span are one object`() throws {
    let opens = KnownOpens()
    let first = try #require(open(record(), opens))
    #expect(open(record(pid: 11), opens) === first)
    #expect(open(record(span: 5), opens) === first)
    #expect(open(record(span: 6), opens) === first)
  }

  /// Whatever bit of the record differs, also in what says where its parts are.
  @Test func `any other open is what it is without those before`() {
    let opens = KnownOpens()
    let record = record(span: 5)
    for index in MemoryLayout<martlet_record_header>.size..<record.count {
      for bit in 0..<8 {
        var other = record
        other[index] ^= 1 << UInt8(bit)
        for bytes in [record, other] {
          let (known, fresh) = (open(bytes, opens), open(bytes, nil))
          #expect((known == nil) == (fresh == nil), "byte \(index), bit \(bit)")
          guard let known, let fresh else { continue }
          #expect(known.file.isSame(as: fresh.file), "byte \(index), bit \(bit)")
          #expect(known.flags == fresh.flags && known.mode == fresh.mode, "byte \(index), bit \(bit)")
        }
      }
    }
  }

  @Test func `text that lies in the header is that of each record`() {
    let opens = KnownOpens()
    for pid: UInt32 in [0x4141_4141, 0x4242_4242] {
      let bytes = record(pid: pid) { builder in
        builder.fixed.file.filesystem = martlet_slice(
          offset: UInt32(MemoryLayout<martlet_record_header>.offset(of: \.pid) ?? 0), length: 4)
      }
      #expect(open(bytes, opens)?.file.filesystem == open(bytes, nil)?.file.filesystem)
    }
  }

  @Test func `an open is handed out as it was kept last`() throws {
    let opens = KnownOpens()
    let first = try #require(open(record(), opens))
    let completed = Activity.Open(file: first.file, flags: first.flags, mode: first.mode)
    opens.keep(completed)
    #expect(open(record(), opens) === completed)
    // That is in no place of its own.
    let long = record { $0.fixed.user_path = $0.text(String(repeating: "x", count: 2_000)) }
    let other = try #require(open(long, opens))
    opens.keep(other)
    #expect(open(record(), opens) === completed)
    #expect(open(long, opens) !== other)
  }
}
