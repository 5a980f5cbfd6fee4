internal import CLibbpf
internal import CMartletABI

/// Where the kernel finds the names that it has cached: a table of buckets, of which it tells nobody where it is.
struct NameTable: Hashable {
  /// A bucket's address, and the hash of a name in it.
  struct Sample: Hashable {
    let bucket: UInt64
    let hash: UInt32
  }

  /// The address of the first bucket.
  let buckets: UInt64
  /// The bucket of a name is the one at `hash >> shift`.
  let shift: UInt64

  /// The table that explains nearly all of the samples, some of which may be of names that were moved meanwhile; `nil` where none does,
  /// or too few are there to say.
  init?(explaining samples: [Sample]) {
    let distinct = Array(Set(samples))
    guard distinct.count >= Self.fewest else { return nil }
    let tables = (1...31).compactMap { shift in
      Dictionary(grouping: distinct) { $0.bucket &- UInt64($0.hash >> shift) &* Self.bucketSize }
        .max { $0.value.count < $1.value.count }.map { (buckets: $0.key, shift: UInt64(shift), count: $0.value.count) }
    }
    guard let best = tables.max(by: { $0.count < $1.count }), best.count * 4 >= distinct.count * 3,
      best.buckets.isMultiple(of: Self.pageSize)
    else { return nil }
    (buckets, shift) = (best.buckets, best.shift)
  }

  /// Two would fit many tables, and six hardly a wrong one.
  private static let fewest = 6
  private static let bucketSize: UInt64 = 8
  private static let pageSize: UInt64 = 4096
}

extension Probes {
  /// Whether the probes find names in the kernel's own table.
  package var haveNameTable: Bool { facts[Self.nameTable] != nil }

  /// Finds out where the kernel finds names, and tells the probes; where that fails they search the lists of directories.
  mutating func learnNameTable() {
    guard let table = nameSamples().flatMap(NameTable.init(explaining:)) else { return }
    var told = martlet_name_table(buckets: table.buckets, shift: table.shift)
    tell(unsafe withUnsafeBytes(of: &told) { unsafe Array($0) }, in: Self.nameTable)
  }

  private func nameSamples() -> [NameTable.Sample]? {
    var run = unsafe bpf_test_run_opts()
    unsafe run.sz = MemoryLayout<bpf_test_run_opts>.size
    let program = unsafe bpf_program__fd(bpf_object__find_program_by_name(object, Self.nameSampler))
    var (zero, found) = (UInt32(0), martlet_name_samples())
    guard unsafe bpf_prog_test_run_opts(program, &run) == 0,
      unsafe bpf_map_lookup_elem(descriptor(".data.samples"), &zero, &found) == 0
    else { return nil }
    return unsafe withUnsafeBytes(of: &found.rows) { rows in
      unsafe rows.bindMemory(to: martlet_name_sample.self).prefix(Int(clamping: found.count))
        .map { NameTable.Sample(bucket: $0.bucket, hash: UInt32(truncatingIfNeeded: $0.hash)) }
    }
  }

  /// The map that has where the table is.
  private static let nameTable = ".data.names"
  /// The program that shows where some names are.
  static let nameSampler = "martlet_names"
}
