import MartletModel
import MartletSchema

// What the kernel was asked to do to memory, to itself and to the tree of mounts, as the types of the schema.

/// An address as the schema spells it.
func addressText(_ address: UInt64) -> String { "0x" + String(address, radix: 16) }

extension MMapEvent {
  /// `result` is the address, or a negated errno, which then shows in its place as it does to the caller.
  init(_ mmap: Activity.Mmap, result: Int64) {
    self.init(
      address: addressText(UInt64(bitPattern: result)), offset: JSONInteger(mmap.offset),
      length: JSONInteger(mmap.length), protection: Memory.protections.joined(UInt64(mmap.protection)),
      flags: Memory.mapFlags.joined(UInt64(mmap.flags)))
  }
}

extension MProtectEvent {
  init(_ mprotect: Activity.Mprotect) {
    self.init(
      vmStart: addressText(mprotect.areaStart), vmEnd: addressText(mprotect.areaEnd),
      vmProtection: Memory.areaFlags.joined(mprotect.areaFlags),
      // The schema spells what was asked for with the names of areas: the three bits that matter are the same.
      reqProtection: Memory.areaFlags.joined(UInt64(mprotect.protection)))
  }
}

extension BPFEvent {
  init(_ bpf: Activity.BPF) {
    self.init(
      cmd: BPFNames.command(bpf.command) ?? "", map: bpf.map.map(BPFMap.init), program: bpf.program.map(BPFProgram.init)
    )
  }
}

extension BPFMap {
  fileprivate init(_ map: Activity.BPF.Map) {
    self.init(name: map.name.orNil, mapType: BPFNames.mapType(map.type))
  }
}

extension BPFProgram {
  fileprivate init(_ program: Activity.BPF.Program) {
    let helpers = program.helpers ?? []
    self.init(
      name: program.name.orNil, tag: program.tag, programType: BPFNames.programType(program.type),
      attachType: BPFNames.attachType(program.attachType, programType: program.type),
      helpers: helpers.isEmpty ? nil : helpers.map(BPFNames.helper))
  }
}

extension ModuleEvent {
  /// `isLoad` is false for an unload, of which only the name is told.
  init(_ module: Activity.Module, isLoad: Bool) {
    self.init(name: module.name)
    guard isLoad else { return }
    loadedFromMemory = module.isFromMemory
    argv = module.arguments.isEmpty ? nil : module.arguments
    argsTruncated = module.argumentsTruncated
  }
}

extension SELinuxEvent {
  init(_ selinux: Activity.SELinux) {
    self.init()
    switch selinux.change {
    case .boolean(let name, let isOn):
      bool = SELinuxBoolChange(name: name, state: isOn.map { $0 ? "on" : "off" } ?? "error")
    case .enforce, .disable: enforce = SELinuxEnforceStatus(status: selinux.status?.rawValue)
    case .commit(let state): boolCommit = SELinuxBoolCommit(state: state ? true : nil)
    }
  }
}

extension MountEvent {
  init(_ mount: Activity.Mount) {
    self.init(
      mp: File(end: mount.mountPoint, mountID: mount.parentID), root: File(end: mount.root, mountID: mount.id),
      mountID: JSONInteger(mount.id), parentMountID: JSONInteger(mount.parentID),
      bindSrcMountID: JSONInteger(mount.source?.mountID ?? 0), device: JSONInteger(mount.device))
    fsType = mount.root.filesystem.orNil
    mountpointPath = mount.mountPoint.path.orNil
    mountpointPathError = mount.mountPoint.pathError?.text
    sourcePath = mount.source?.path.orNil
    sourcePathError = mount.source?.pathError?.text
  }
}

extension File {
  /// Either side of a mount: where, and no more.
  fileprivate init(end file: FileIdentity, mountID: UInt32) {
    self.init(
      path: file.path.orNil, inode: JSONInteger(nonZero: file.inode), mountID: JSONInteger(nonZero: mountID), uid: 0,
      gid: 0)
  }
}
