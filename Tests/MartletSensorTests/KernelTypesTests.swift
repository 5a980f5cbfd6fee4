import CLibbpf
import Glibc
import MartletProbes
import Testing

@testable import MartletSensor

@Suite(.enabled("the kernel tells its types") { unsafe access("/sys/kernel/btf/vmlinux", R_OK) == 0 })
struct KernelTypesTests {
  private let kernel: KernelTypes

  init() throws { kernel = try KernelTypes() }

  @Test func `a name is there as a whole, or not`() {
    #expect(kernel.has("task_struct") && kernel.has("real_parent"))
    #expect(!kernel.has("task_struc") && !kernel.has("ask_struct"))
  }

  @Test func `the excerpt has what the probes name of the kernel, with the same numbers, members and sizes`() throws {
    let object = unsafe try ProbeImage(ProbeObject.martlet.bytes, kernel: kernel).opened()
    let own = unsafe bpf_object__btf(object)
    defer { unsafe bpf_object__close(object) }
    let file = clibbpf_excerpt_file()
    defer { close(file) }
    let isWritten = unsafe clibbpf_write_excerpt(kernel.types, own, file)
    #expect(isWritten)
    let excerpt = unsafe btf__parse("/proc/self/fd/\(file)", nil)
    defer { unsafe btf__free(excerpt) }

    var compared = 0
    for id in 1..<(unsafe btf__type_cnt(own)) {
      guard let type = unsafe btf__type_by_id(own, id), unsafe btf_is_struct(type),
        case let name = unsafe String(cString: btf__name_by_offset(own, type.pointee.name_off)), !name.isEmpty,
        case let number = unsafe find(name, in: kernel.types), number > 0
      else { continue }
      let found = unsafe find(name, in: excerpt)
      #expect(found == number, "\(name)")
      let (kept, all) = unsafe (members(of: number, in: excerpt), members(of: number, in: kernel.types))
      #expect(kept == all, "\(name)")
      compared += 1
    }
    #expect(compared > 50)
    let rest = unsafe btf__find_by_name(excerpt, "schedule")
    #expect(rest < 0, "the rest is left out")
  }

  @unsafe private func find(_ name: String, in types: OpaquePointer?) -> Int32 {
    unsafe btf__find_by_name_kind(types, name, UInt32(BTF_KIND_STRUCT))
  }

  private struct Member: Equatable {
    let name: String
    let bitOffset: UInt32
    let size: Int64
  }

  @unsafe private func members(of number: Int32, in types: OpaquePointer?) -> [Member] {
    guard let type = unsafe btf__type_by_id(types, UInt32(number)), let members = unsafe btf_members(type) else {
      return []
    }
    return unsafe (0..<UInt32(btf_vlen(type))).map { index in
      let member = unsafe members[Int(index)]
      return unsafe Member(
        name: String(cString: btf__name_by_offset(types, member.name_off)),
        bitOffset: btf_member_bit_offset(type, index), size: btf__resolve_size(types, member.type))
    }
  }
}
