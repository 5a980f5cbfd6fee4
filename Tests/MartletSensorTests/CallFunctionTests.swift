import MartletModel
import Testing

@testable import MartletSensor

struct CallFunctionTests {
  private let dispatch = Dispatch(events: Set(EventType.allCases), hooks: Set(Hook.allCases)) { _ in true }

  @Test func `each call that is looked at has a function`() {
    let calls = dispatch.calls()
    #expect(calls.count > 150)
    for call in calls.keys { #expect(!call.functions.isEmpty, "\(call)") }
  }

  @Test(arguments: [
    (40, false, "__x64_sys_sendfile64"), (166, false, "__x64_sys_umount"), (257, false, "__x64_sys_openat"),
    (5, true, "__ia32_compat_sys_open"), (22, true, "__ia32_compat_sys_oldumount"),
    (212, true, "__ia32_compat_sys_chown"), (187, true, "__ia32_compat_sys_sendfile"),
  ])
  func `a function is named as the kernel names it`(number: Int, isCompat: Bool, name: String) {
    #expect(Call(number: number, isCompat: isCompat).functions.first == name)
  }

  @Test func `each call is looked at by the one kind of hooks or by the other`() {
    let events: Set<EventType> = [.open, .chmod, .mount]
    let dispatch = Dispatch(events: events, hooks: Set(Hook.allCases)) { _ in true }
    let all = dispatch.watch(events, inside: []) { _ in true }
    let one = dispatch.watch(events, inside: []) { $0.number % 2 == 0 }
    let other = dispatch.watch(events, inside: []) { $0.number % 2 == 1 }
    // The tables of calls come first: of exits and of entries, native and not.
    for index in 0..<2048 {
      #expect(one[index] == 0 || other[index] == 0)
      #expect(one[index] | other[index] == all[index])
    }
    #expect(one[0..<2048].contains { $0 != 0 } && other[0..<2048].contains { $0 != 0 })
  }

  @Test func `what is limited to a call jumps to its programs alone`() {
    let chmod = dispatch.limited(to: [Call(number: 90, isCompat: false)])
    #expect(chmod.programs == ["exit_change", "enter_change"])
    #expect(chmod.calls().count == 2, "the 32-bit call shares its row")
  }
}
