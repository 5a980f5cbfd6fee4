internal import CLibbpf
import Glibc

/// The object of probes, as it is opened each time that programs of it are loaded.
@safe final class ProbeImage {
  let kernel: KernelTypes
  private let bytes: [UInt8]
  /// A file in memory with the types of the kernel that the probes name (docs/decisions/0056-an-excerpt-of-types.md); -1
  /// where there can be none.
  private var excerpt = clibbpf_excerpt_file()
  private var isWritten = false

  init(_ bytes: [UInt8], kernel: KernelTypes) {
    self.bytes = bytes
    self.kernel = kernel
  }

  deinit { if excerpt >= 0 { close(excerpt) } }

  /// Opens it, for the caller to close. It can be loaded as long as the image is there.
  @unsafe func opened() throws(SensorError) -> OpaquePointer {
    let object = unsafe try open()
    if excerpt < 0 || isWritten { return unsafe object }
    isWritten = unsafe clibbpf_write_excerpt(kernel.types, bpf_object__btf(object), excerpt)
    if isWritten { return unsafe object }
    unsafe bpf_object__close(object)
    close(excerpt)
    excerpt = -1
    return unsafe try open()
  }

  @unsafe private func open() throws(SensorError) -> OpaquePointer {
    let types = excerpt < 0 ? nil : "/proc/self/fd/\(excerpt)"
    let object = unsafe bytes.withUnsafeBytes { unsafe clibbpf_open($0.baseAddress, $0.count, "martlet", types) }
    guard let object = unsafe object else {
      throw .refused("open the probe object", errno: errno, log: libbpfLog.take())
    }
    return unsafe object
  }
}
