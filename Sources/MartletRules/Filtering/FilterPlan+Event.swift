package import MartletModel

// The kernel's decision, made again of an event: for those who want to know what filters leave out.

extension FilterPlan {
  /// Whether the kernel makes a record of what became `event`. Where it would know more of the file than the event does,
  /// the answer is yes.
  package func admits(_ event: Event) -> Bool {
    filters[event.type]?.admits(event) ?? true
  }
}

extension FilterPlan.Row {
  /// Whether the kernel would make a record of what became `event` for this rule alone.
  package func admits(_ event: Event) -> Bool { event.type == type && filter.admits(event) }
}

extension EventFilter {
  fileprivate func admits(_ event: Event) -> Bool {
    let numbers = event.activity.filterNumbers
    return admits(event.activity.filterFiles) { numbers[Int($0.rawValue)] }
  }
}

extension Activity {
  /// The numbers that filters test, in the order of `EventFilter.Number`.
  fileprivate var filterNumbers: [Int64] {
    let (flags, asked, before): (Int64, Int64, Int64) =
      switch detail {
      case .open(let open): (Int64(open.flags), 0, Int64(open.file.mode))
      case .mmap(let mmap): (Int64(mmap.flags), Int64(mmap.protection), 0)
      case .mprotect(let mprotect): (0, Int64(mprotect.protection), Int64(bitPattern: UInt64(mprotect.areaFlags)))
      case .signal(let signal): (0, Int64(signal.number), Int64(signal.target))
      case .ptrace(let ptrace): (0, Int64(ptrace.request), 0)
      case .bpf(let bpf): (0, Int64(bpf.command), 0)
      case .change(let change):
        (
          Int64(change.flags), type == .chown ? change.uid.map(Int64.init) ?? -1 : Int64(change.mode),
          Int64(change.file.mode)
        )
      default: (0, 0, 0)
      }
    return [result, flags, asked, before]
  }

  /// The files whose names filters ask for.
  fileprivate var filterFiles: [EventFilter.File] {
    switch detail {
    case .open(let open): [open.file.asFiltered]
    case .mmap(let mmap): mmap.file.map { [$0.asFiltered] } ?? []
    case .change(let change):
      [change.file.asFiltered]
        + (type == .link || type == .rename ? [change.destination?.asFiltered ?? .unknown] : [])
    default: []
    }
  }
}

extension FileIdentity {
  fileprivate var asFiltered: EventFilter.File {
    switch pathError {
    case .userString, .unknown: return .unknown
    case nil, .truncated, .detached: break
    }
    if isFileless { return .named([EventFilter.Name(name.utf8)], isWhole: true) }
    let names = path.utf8.split(separator: UInt8(ascii: "/")).map { EventFilter.Name($0) }
    return .named(names, isWhole: pathError == nil && (filesystem != "overlay" || mountPath == "/"))
  }
}
