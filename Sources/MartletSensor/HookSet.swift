import Glibc
package import MartletModel

/// Which hooks see calls.
package enum HookSet: String, CaseIterable, Sendable {
  /// The functions of calls, for what lasts (a host, a cgroup) on a kernel that lets them be hooked; else the tracepoints.
  case auto
  /// The tracepoints that each call of each process goes through.
  case universal
  /// The functions that the wanted calls lead to, each by itself.
  case functions

  /// Why `auto` never is `functions` here; `nil` where it can be.
  package static var lackOfFunctions: SensorError? {
    guard ProgramType.function.isAccepted else { return .system("hook functions of the kernel", errno: EPERM) }
    return FunctionHooks.mayBeLeftOut ? .leavesOut : nil
  }
}

/// How calls are hooked.
package struct CallHooks: Sendable {
  /// Functions that are hooked.
  package var functionCount = 0
  /// Types of events all of whose calls are seen at their functions.
  package var byFunctions: Set<EventType> = []
  /// Types of events of which calls are seen by the tracepoints of all calls.
  package var byTracepoints: Set<EventType> = []
  /// Functions inside of calls that are hooked too, where their events are wanted.
  package var inside: [InsideHook] = []
  /// Why functions cannot be hooked; `nil` where they can, or nobody wants to.
  package let lack: SensorError?

  init(lack: SensorError?) { self.lack = lack }
}
