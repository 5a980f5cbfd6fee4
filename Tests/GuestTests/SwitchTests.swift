import Support
import Testing

/// Tracing, switched off for a while.
@Suite(.kernel, .guest, .serialized)
struct SwitchTests {
  @Test(arguments: [
    ("/proc/sys/kernel/ftrace_enabled", "0"), ("/sys/kernel/tracing/tracing_on", "0"),
    ("/proc/sys/kernel/perf_event_paranoid", "4"), ("/proc/sys/kernel/perf_cpu_time_max_percent", "1"),
  ])
  func `a switch of tracing is told, with the write and with what became of it`(path: String, off: String)
    throws
  {
    let script = "before=$(cat $0); echo $1 > $0; sleep 6; echo $before > $0; sleep 6"
    let trace = try Trace(program: ["/bin/sh", "-c", script, path, off])
    let opens = trace.events("open", path: path)
    #expect(opens.map { $0["file"]["flags"].array.contains(.string("O_WRONLY")) } == [false, true, true])
    let told = trace.events("agent_disturbed").map { $0["evt"]["variables"] }
      .filter { $0["disturbance.subject"].string == path }
    #expect(told.map { $0["disturbance.state"].string } == ["lasting", "over"])
    #expect(told.map { $0["health"].string } == ["red", "green"])
    #expect(told.first?["disturbance.detail"].string == off)
  }
}
