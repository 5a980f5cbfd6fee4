internal import CLibbpf
import Glibc

/// What attaches a probe: a descriptor that the kernel keeps the attachment for.
struct Link {
  let descriptor: Int32
  /// What the kernel calls it.
  private let id: UInt32?

  /// Attaches a program where it was loaded for, or to `tracepoint`; `nil`, with `errno`, where that fails.
  init?(attaching program: Int32, to tracepoint: String? = nil) {
    self.init(descriptor: unsafe bpf_raw_tracepoint_open(tracepoint, program))
  }

  /// Attaches a program to the settings of a control group, and of all below it.
  init?(attaching program: Int32, toSettingsOf group: Int32) {
    self.init(descriptor: bpf_link_create(program, group, BPF_CGROUP_SYSCTL, nil))
  }

  private init?(descriptor: Int32) {
    guard descriptor >= 0 else { return nil }
    self.descriptor = descriptor
    id = kernelID(of: descriptor)
  }

  /// Whether its descriptor still leads to it.
  var isHeld: Bool { kernelID(of: descriptor) == id }

  /// Ends it. One that was lost is left alone: its descriptor may be another file's by now.
  func end() { if isHeld { close(descriptor) } }
}
