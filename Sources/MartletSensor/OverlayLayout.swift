internal import CLibbpf
internal import CMartletABI
import Glibc

extension Probes {
  /// Tells the probes where overlayfs, once it is there, notes the layers of a file. Its module may be loaded at any time,
  /// and what the probes know of the kernel's structs they know from their start.
  ///
  /// - Parameter kernel: its types, where they are at hand.
  mutating func learnOverlay(in kernel: KernelTypes? = nil, isBuiltIn: Bool = false) {
    guard facts[Self.overlayMap] == nil else { return }
    let isModule = unsafe access("/sys/kernel/btf/overlay", F_OK) == 0
    guard isBuiltIn || isModule else { return }
    var layout = (kernel ?? (try? KernelTypes())).map { .found(in: $0, isModule: isModule) } ?? martlet_overlay()
    tell(unsafe withUnsafeBytes(of: &layout) { unsafe Array($0) }, in: Self.overlayMap)
  }

  private static let overlayMap = ".data.overlay"
}

extension martlet_overlay {
  /// All zeros, which have it left alone, where overlayfs is of another kind than those we know.
  fileprivate static func found(in kernel: KernelTypes, isModule: Bool) -> martlet_overlay {
    var layout = martlet_overlay()
    let module = isModule ? unsafe btf__load_module_btf("overlay", kernel.types) : nil
    defer { unsafe btf__free(module) }
    let types = unsafe module ?? kernel.types
    func offset(_ structure: String, _ member: String) -> Int32? {
      let offset = unsafe clibbpf_member_offset(types, structure, member)
      return offset < 0 ? nil : offset
    }
    guard let inode = offset("ovl_inode", "vfs_inode"), let upper = offset("ovl_inode", "__upperdentry"),
      let dentry = offset("ovl_path", "dentry")
    else { return layout }
    layout.upper = upper - inode
    if let lower = offset("ovl_inode", "lowerpath") {  // up to 6.4
      layout.lower = lower + dentry - inode
    } else if let entry = offset("ovl_inode", "oe"), let count = offset("ovl_entry", "__numlower"),
      let stack = offset("ovl_entry", "__lowerstack")
    {
      layout.lower = entry - inode
      layout.has_entry = 1
      layout.count = UInt32(count)
      layout.first = UInt32(stack + dentry)
    } else {
      return layout
    }
    layout.is_known = 1
    return layout
  }
}
