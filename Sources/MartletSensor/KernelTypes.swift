internal import CLibbpf
import Glibc

/// The types of the kernel, by its own information of them (BTF): read once for all who look for something there.
@safe package final class KernelTypes {
  let types: OpaquePointer

  package init() throws(SensorError) {
    guard unsafe access("/sys/kernel/btf/vmlinux", R_OK) == 0, let types = unsafe btf__load_vmlinux_btf() else {
      throw .noTypeInformation
    }
    unsafe self.types = types
  }

  deinit { unsafe btf__free(types) }

  /// Whether anything is called so: a type, a function, a member.
  func has(_ name: String) -> Bool { unsafe clibbpf_has_name(types, name) }
}
