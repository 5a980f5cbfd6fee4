internal import CLibbpf
internal import CMartletABI
import Glibc

/// The probe object, opened once more beside the one that hooks tracepoints, for programs at functions of the kernel.
///
/// It shares all maps with the other but those that say what to look at, and what to jump to.
@safe class ProbeCopy {
  let object: OpaquePointer
  /// What the programs are told to look at: the bytes of a `martlet_watch`.
  private var watched = [UInt8](repeating: 0, count: MemoryLayout<martlet_watch>.size)

  /// The maps that are its own.
  private static let ownMaps: Set = ["exit_programs", "enter_programs", ".data.watch"]

  init(object: OpaquePointer) { unsafe self.object = object }

  deinit { unsafe bpf_object__close(object) }

  /// Has all maps be those of the other probes that are not its own.
  func share(_ universal: borrowing Probes) throws(SensorError) {
    // Both objects have the same maps in the same order.
    var map = unsafe bpf_object__next_map(object, nil)
    var model = unsafe bpf_object__next_map(universal.object, nil)
    while let current = unsafe map {
      let name = unsafe Probes.name(of: current)
      let error = Self.ownMaps.contains(name) ? 0 : unsafe bpf_map__reuse_fd(current, bpf_map__fd(model))
      guard error == 0 else { throw .system("share the map \(name)", errno: -error) }
      unsafe map = bpf_object__next_map(object, current)
      unsafe model = bpf_object__next_map(universal.object, model)
    }
  }

  /// Loads the programs for which `target` names a function, and whether they run when it begins or when it ends, and no
  /// others.
  func load(_ target: (_ program: String) -> (type: bpf_attach_type, function: String)?) throws(SensorError) {
    var program = unsafe bpf_object__next_program(object, nil)
    while let current = unsafe program {
      let target = target(unsafe String(cString: bpf_program__name(current)))
      unsafe bpf_program__set_autoload(current, target != nil)
      if let target {
        unsafe bpf_program__set_expected_attach_type(current, target.type)
        unsafe bpf_program__set_attach_target(current, 0, target.function)
      }
      unsafe program = bpf_object__next_program(object, current)
    }
    guard unsafe bpf_object__load(object) == 0 else {
      throw .refused("load the probes of functions", errno: errno, log: libbpfLog.take())
    }
  }

  /// Has them look at the calls of `watch`, and at no others.
  func watch(_ watch: [UInt8]) throws(SensorError) {
    watched = watch
    guard restore() else { throw .system("say what is watched", errno: errno) }
  }

  /// Has them look at nothing.
  func rest() { try? watch([UInt8](repeating: 0, count: watched.count)) }

  /// Whether the programs look at what they were told to.
  var isIntact: Bool {
    var (zero, found) = (UInt32(0), watched)
    return unsafe bpf_map_lookup_elem(descriptor(".data.watch"), &zero, &found) != 0 || found == watched
  }

  /// Tells them anew what to look at.
  func restore() -> Bool {
    var zero: UInt32 = 0
    return unsafe bpf_map_update_elem(descriptor(".data.watch"), &zero, watched, UInt64(BPF_ANY)) == 0
  }

  private func descriptor(_ map: String) -> Int32 { unsafe bpf_map__fd(bpf_object__find_map_by_name(object, map)) }
}
