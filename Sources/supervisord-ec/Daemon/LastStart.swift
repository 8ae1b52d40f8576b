internal import Systemd

/// How the start before this one ended, as systemd tells it, if it can be asked: `prepare` does
/// without, too, and runs before D-Bus at boot.
enum LastStart {
  /// The start of a service waits for this.
  private static let seconds = 1
  /// What is no failure of the server (systemd.exec(5), `$SERVICE_RESULT`).
  private static let harmless: Set<String> = ["", "success", "exec-condition"]

  /// Whether `unit` failed when it ran last, and nobody watches over it that would roll back.
  static func failedWithoutDaemon(unit: String) -> Bool {
    do throws(SystemdError) {
      let manager = Manager(loop: try EventLoop())
      try manager.connectAndWait(timeoutSeconds: seconds)
      let properties = try manager.waitForProperties(of: unit, timeoutSeconds: seconds)
      guard isFailure(properties) else { return false }
      let daemon = try manager.waitForProperties(
        of: "supervisord-ec.service", timeoutSeconds: seconds)
      return isAway(daemon)
    } catch {
      return false
    }
  }

  /// The result is that of the run before, until the next one begins.
  static func isFailure(_ unit: UnitProperties) -> Bool {
    unit.loadState == "loaded" && !harmless.contains(unit.result)
  }

  /// A daemon that starts or reloads looks at the service itself in a moment.
  static func isAway(_ daemon: UnitProperties) -> Bool {
    ["inactive", "failed", "deactivating"].contains(daemon.activeState)
  }
}
