import ArgumentParser
import Glibc
import MartletOutbox
import MartletShip

/// `martlet-ship run`: delivers until it is told to end.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Deliver until SIGTERM or SIGINT; SIGHUP has the configuration read again.")

  @OptionGroup var option: ConfigurationOption

  func run() throws {
    var configuration = try option.read()
    // The agent reads the cursors.
    umask(0o022)
    // Threads inherit that these are blocked: they come to the waiting below alone.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&signals, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    do throws(OutboxError) {
      var shipper = try Shipper.start(configuration, log: Self.log)
      let source = StatusServer.Source(Self.status(of: shipper, configuration))
      var server = Self.serve(configuration, source)
      complain("martlet-ship: delivering \(configuration.outbox) to \(configuration.sinks.count) sinks")
      while true {
        var signal: Int32 = 0
        guard unsafe sigwait(&signals, &signal) == 0, signal == SIGHUP else { break }
        let new: ShipConfiguration
        do { new = try ShipConfiguration(path: option.config) } catch {
          complain("\(error)\nmartlet-ship: going on as before")
          continue
        }
        shipper.end()
        shipper = try Shipper.start(new, after: shipper, log: Self.log)
        source.change(Self.status(of: shipper, new))
        if server == nil || configuration.metrics.map({ "\($0)" }) != new.metrics.map({ "\($0)" }) {
          server = nil
          server = Self.serve(new, source)
        }
        configuration = new
        complain("martlet-ship: delivering \(configuration.outbox) to \(configuration.sinks.count) sinks")
      }
      // A second signal ends at once.
      unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
      shipper.end()
      _ = server
    } catch {
      complain("martlet-ship: \(error)")
      throw ExitCode(ExitStatus.failure)
    }
  }

  private static func status(
    of shipper: Shipper, _ configuration: ShipConfiguration
  ) -> @Sendable () -> ShipStatus {
    let (states, outbox, agentMetrics) = (shipper.states, configuration.outbox, configuration.agentMetrics)
    return { ShipStatus(states, outbox: outbox, agentMetrics: agentMetrics) }
  }

  /// Begins to serve the metrics. Where that fails events are delivered all the same.
  private static func serve(_ configuration: ShipConfiguration, _ source: StatusServer.Source) -> StatusServer? {
    guard let (address, port) = configuration.metrics else { return nil }
    do { return try StatusServer.start(address: address, port: port, source: source) } catch {
      log("\(error); there are no metrics")
      return nil
    }
  }

  private static let log: @Sendable (String) -> Void = { complain("martlet-ship: \($0.printable)") }
}
