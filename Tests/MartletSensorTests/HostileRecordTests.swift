import CMartletABI
import MartletModel
import Support
import Testing

@testable import MartletSensor

struct HostileRecordTests {
  @Test(arguments: [0, UInt16(MARTLET_RECORD_TYPES.rawValue), 255, 256, 257, 513, 65535] as [UInt16])
  func `a type that no record has is told`(type: UInt16) {
    var header = SampleRecord.header(MARTLET_RECORD_FORK)
    header.type = type
    let bytes = RecordBuilder(header).bytes
    #expect(throws: RecordError.unknownType(type)) { try decode(bytes) }
    #expect(unsafe Activity.claimedType(of: Record(bytes.span.bytes)) == nil)
  }

  @Test(arguments: [
    (SampleRecord.fork, 128), (SampleRecord.exec, 304), (SampleRecord.exit, 80), (SampleRecord.open, 160),
    (SampleRecord.credentials(MARTLET_RECORD_SETUID), 72), (SampleRecord.signal, 80), (SampleRecord.chdir, 152),
    (SampleRecord.rename, 288), (SampleRecord.splice, 152),
    (SampleRecord.bind, 104), (SampleRecord.packet(MARTLET_RECORD_DNS), 192),
    (SampleRecord.connection(MARTLET_RECORD_CONNECT), 144),
  ])
  func `a record that is too short for its type is refused at every length`(record: [UInt8], size: Int) {
    for length in 0..<size {
      let needed = length < 72 ? 72 : size
      #expect(throws: RecordError.truncated(needed: needed, available: length)) {
        try decode(Array(record.prefix(length)))
      }
    }
  }

  @Test(arguments: zip(SampleRecord.kernel, [328, 88, 88, 168, 104, 96, 160, 168, 168, 160]))
  func `so is one of mounts, memory and the kernel`(record: [UInt8], size: Int) {
    `a record that is too short for its type is refused at every length`(record: record, size: size)
  }

  @Test(arguments: zip(SampleRecord.settings, [88, 96, 96, 2400, 160, 136]))
  func `so is one of what is set`(record: [UInt8], size: Int) {
    `a record that is too short for its type is refused at every length`(record: record, size: size)
  }

  @Test(arguments: SampleRecord.all)
  func `a record that lost part of its tail is refused`(record: [UInt8]) throws {
    let whole = try decode(record).everything
    for length in 0..<record.count {
      #expect(throws: RecordError.self) { try decode(Array(record.prefix(length))) }
    }
    #expect(try decode(record + [0]).everything == whole)
  }

  @Test(
    arguments: [
      (0, 305), (305, 0), (304, 1), (1, 304), (.max, 0), (0, .max), (.max, .max), (.max, 1), (1 << 31, 1 << 31),
    ] as [(UInt32, UInt32)])
  func `a slice that leaves the record is refused`(offset: UInt32, length: UInt32) {
    var record = RecordBuilder(martlet_exec_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_EXEC)
    let bad = martlet_slice(offset: offset, length: length)
    let fields: [WritableKeyPath<martlet_exec_record, martlet_slice>] = [
      \.filename, \.args, \.envs, \.process.comm, \.process.tty, \.executable.path, \.executable.filesystem,
      \.interpreter.path,
    ]
    for field in fields {
      var hostile = record
      hostile.fixed.executable.flags = UInt8(MARTLET_FILE_PRESENT.rawValue)
      hostile.fixed.interpreter.flags = UInt8(MARTLET_FILE_PRESENT.rawValue)
      hostile.fixed[keyPath: field] = bad
      let error = RecordError.slice(offset: offset, length: length, available: 304)
      #expect(throws: error) { try decode(hostile.bytes) }
    }
  }

  @Test func `a slice may be all of the record, or nothing at its end`() throws {
    var record = RecordBuilder(martlet_exec_record())
    record.fixed.header = SampleRecord.header(MARTLET_RECORD_EXEC)
    record.fixed.args = martlet_slice(offset: 0, length: 304)
    record.fixed.envs = martlet_slice(offset: 304, length: 0)
    #expect(try decode(record.bytes).exec?.envp == [])
  }

  @Test func `no bytes trap, neither in a decoder nor in the redaction`() {
    var random = SeededGenerator(seed: 1)
    let samples = SampleRecord.all
    var decoded = 0
    for round in 0..<8_000 {
      var bytes = samples[round % samples.count]
      // Most flips hit the fixed part, where offsets, lengths and flags are.
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 16..<bytes.count, using: &random)] = random.byte
      }
      if round % 7 == 0 { bytes = bytes.map { _ in random.byte } }
      guard let activity = try? decode(bytes) else { continue }
      decoded += 1
      _ = unsafe Record(bytes.span.bytes).redacted(as: activity)
    }
    #expect((2_000..<8_000).contains(decoded))
  }

  @Test(arguments: [
    (RecordError.truncated(needed: 72, available: 3), "the record has 3 bytes of the 72 its type needs"),
    (.slice(offset: 9, length: 4, available: 10), "a slice of 4 bytes at 9 leaves the record of 10 bytes"),
    (.unknownType(77), "no record has the type 77"),
  ])
  func `an error is a sentence`(error: RecordError, sentence: String) {
    #expect(error.description == sentence)
  }
}
