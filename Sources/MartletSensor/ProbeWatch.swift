internal import CLibbpf
import Glibc
package import MartletModel

/// What the kernel calls the probes' links, programs and maps, to tell when somebody laid hands on them.
///
/// Links of tracepoints cannot be detached from outside: the way to be rid of them is to have the agent itself close its
/// descriptors. Keys of maps can be deleted by whoever may use BPF. What is found amiss is put right where the kernel
/// still has what was lost.
package struct ProbeWatch {
  /// A descriptor of the sensor, and what it must lead to.
  private struct Held {
    let name: String
    let descriptor: Int32
    let id: UInt32
    let isMap: Bool
  }

  /// A map through which a probe jumps, and the program in each slot that has one.
  private struct Table {
    let map: Held
    var programs: [(slot: UInt32, program: Held)] = []
  }

  private var held: [Held] = []
  private var tables: [Table] = []
  private var counters = CounterWatch()
  private var maps: Set<UInt32> = []
  /// The youngest program that was looked at. The kernel counts them upwards.
  private var youngest: UInt32 = 0

  /// Takes down how all is now.
  package init(_ probes: borrowing Probes) {
    var slots: [UInt32] = []
    let objects = unsafe probes.objects
    for index in unsafe objects.indices {
      let object = unsafe objects[index]
      var map = unsafe bpf_object__next_map(object, nil)
      while let current = unsafe map {
        let descriptor = unsafe bpf_map__fd(current)
        if let id = kernelID(of: descriptor) {
          let map = Held(name: unsafe Probes.name(of: current), descriptor: descriptor, id: id, isMap: true)
          held.append(map)
          if unsafe bpf_map__type(current) == BPF_MAP_TYPE_PROG_ARRAY {
            tables.append(Table(map: map))
            slots.append(unsafe bpf_map__max_entries(current))
          }
        }
        unsafe map = bpf_object__next_map(object, current)
      }
      var program = unsafe bpf_object__next_program(object, nil)
      while let current = unsafe program {
        hold(unsafe String(cString: bpf_program__name(current)), unsafe bpf_program__fd(current))
        unsafe program = bpf_object__next_program(object, current)
      }
    }
    maps = Set(held.filter(\.isMap).map(\.id))
    let programs = Dictionary(held.filter { !$0.isMap }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    for (index, count) in slots.enumerated() {
      tables[index].programs = (0..<count).compactMap { slot in
        programs[Self.program(in: tables[index].map, slot)].map { (slot, $0) }
      }
    }
    _ = strangers()
  }

  /// Remembers a program.
  private mutating func hold(_ name: String, _ descriptor: Int32) {
    guard descriptor >= 0, let id = kernelID(of: descriptor) else { return }
    held.append(Held(name: name, descriptor: descriptor, id: id, isMap: false))
  }

  /// What is amiss, and whether it could be put right.
  package mutating func look(_ probes: inout Probes) -> [Disturbance] {
    probes.followSwitch()
    probes.learnOverlay()
    return held.compactMap(restore) + reattach(&probes) + tables.compactMap(restore) + rewritten(&probes) + strangers()
      + exemptions(&probes) + counters.look(probes)
  }

  /// The agent itself has given up the row of a cgroup.
  package mutating func forget(_ cgroup: CgroupID) { counters.forget(cgroup) }

  private func restore(_ held: Held) -> Disturbance? {
    guard kernelID(of: held.descriptor) != held.id else { return nil }
    return Disturbance(.descriptorLost, reopen(held) ? .mended : .lasting, subject: held.name)
  }

  /// Puts a descriptor back in its place, if the place is free: what a file of ours has taken since stays its own.
  private func reopen(_ held: Held) -> Bool {
    guard fcntl(held.descriptor, F_GETFD) < 0 else { return false }
    let found = held.isMap ? bpf_map_get_fd_by_id(held.id) : bpf_prog_get_fd_by_id(held.id)
    guard found >= 0 else { return false }
    if found == held.descriptor { return true }
    defer { close(found) }
    return fcntl(found, F_DUPFD_CLOEXEC, held.descriptor) == held.descriptor
  }

  private func reattach(_ probes: inout Probes) -> [Disturbance] {
    probes.attachLost().map { place, isAttached in
      Disturbance(.probeDetached, isAttached ? .mended : .lasting, subject: place)
    }
  }

  private func restore(_ table: Table) -> Disturbance? {
    let displaced = table.programs.filter { Self.program(in: table.map, $0.slot) != $0.program.id }
    if displaced.isEmpty { return nil }
    let isMended = displaced.allSatisfy { entry in
      var (slot, program) = (entry.slot, entry.program.descriptor)
      return unsafe bpf_map_update_elem(table.map.descriptor, &slot, &program, UInt64(BPF_ANY)) == 0
    }
    return Disturbance(
      .programsDisplaced, isMended ? .mended : .lasting, subject: table.map.name, amount: UInt64(displaced.count))
  }

  /// The id of the program in a slot; 0 for none.
  private static func program(in map: Held, _ slot: UInt32) -> UInt32 {
    var (slot, id) = (slot, UInt32(0))
    return unsafe bpf_map_lookup_elem(map.descriptor, &slot, &id) == 0 ? id : 0
  }

  private func rewritten(_ probes: inout Probes) -> [Disturbance] {
    probes.restoreMaps().map { map, isMended in Disturbance(.mapWritten, isMended ? .mended : .lasting, subject: map) }
  }

  private func exemptions(_ probes: inout Probes) -> [Disturbance] {
    let foreign = probes.refuseExemptions()
    return foreign.isEmpty ? [] : [Disturbance(.scopeCut, .mended, subject: "exempt", amount: UInt64(foreign.count))]
  }

  /// Programs that were loaded since the last look and use a map of ours.
  private mutating func strangers() -> [Disturbance] {
    var found: [Disturbance] = []
    while unsafe bpf_prog_get_next_id(youngest, &youngest) == 0 {
      let descriptor = bpf_prog_get_fd_by_id(youngest)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      var used = [UInt32](repeating: 0, count: 64)
      var info = bpf_prog_info()
      var size = UInt32(MemoryLayout<bpf_prog_info>.size)
      let got = unsafe used.withUnsafeMutableBufferPointer { used in
        info.nr_map_ids = UInt32(used.count)
        info.map_ids = UInt64(UInt(bitPattern: used.baseAddress))
        return unsafe bpf_obj_get_info_by_fd(descriptor, &info, &size)
      }
      let count = min(Int(info.nr_map_ids), used.count)
      guard got == 0, used.prefix(count).contains(where: maps.contains), !held.contains(where: isProgram) else {
        continue
      }
      let (name, type, tag) = unsafe (text(of: info.name), BPFNames.programType(info.type), hexadecimal(info.tag))
      found.append(
        Disturbance(.rivalProgram, .past, subject: name, detail: "\(type ?? ""), tag \(tag), id \(youngest)"))
    }
    return found
  }

  /// Whether it is the youngest program.
  private func isProgram(_ held: Held) -> Bool { !held.isMap && held.id == youngest }
}

/// The kernel's id of the map, program or link that a descriptor leads to; nil if it leads to none.
func kernelID(of descriptor: Int32) -> UInt32? {
  // What each kind of information begins with.
  var head: (type: UInt32, id: UInt32) = (0, 0)
  var size = UInt32(MemoryLayout.size(ofValue: head))
  return unsafe bpf_obj_get_info_by_fd(descriptor, &head, &size) == 0 ? head.id : nil
}

@unsafe private func text<Characters>(of characters: Characters) -> String {
  unsafe withUnsafeBytes(of: characters) { unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

@unsafe private func hexadecimal<Bytes>(_ bytes: Bytes) -> String {
  unsafe withUnsafeBytes(of: bytes) { bytes in
    unsafe bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
