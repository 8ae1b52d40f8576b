internal import Glibc

/// For commands, which ask one question and end. Not for the daemon: these run the loop.
extension Manager {
  /// Runs the loop until `begin`'s completion came.
  ///
  /// Errors: ETIMEDOUT after `timeoutSeconds`; what the loop throws.
  public func wait<Value>(
    timeoutSeconds: Int, _ begin: (_ completion: @escaping (Value) -> Void) -> Void
  ) throws(SystemdError) -> Value {
    let answer = Answer<Value>()
    begin { answer.value = $0 }
    _ = try loop.run(until: { answer.value != nil }, timeoutSeconds: timeoutSeconds)
    guard let value = answer.value else {
      throw SystemdError(
        operation: "sd_event_run", code: ETIMEDOUT,
        reason: "no answer within \(timeoutSeconds) s")
    }
    return value
  }

  /// Connects and waits until systemd answers; throws why it did not.
  public func connectAndWait(timeoutSeconds: Int) throws(SystemdError) {
    let failure = Answer<SystemdError>()
    let told = onDisconnected
    onDisconnected = { failure.value = $0 }
    defer { onDisconnected = told }
    connect()
    let done = try loop.run(
      until: { self.isConnected || failure.value != nil }, timeoutSeconds: timeoutSeconds)
    if let error = failure.value { throw error }
    guard done else {
      throw SystemdError(
        operation: "Subscribe", code: ETIMEDOUT,
        reason: "systemd did not answer within \(timeoutSeconds) s")
    }
  }

  /// Waits for `properties(of:completion:)`.
  public func waitForProperties(
    of unit: String, timeoutSeconds: Int = 30
  ) throws(SystemdError) -> UnitProperties {
    try wait(timeoutSeconds: timeoutSeconds) { properties(of: unit, completion: $0) }.get()
  }

  /// Waits for `daemonReload(timeoutSeconds:completion:)`.
  public func waitForDaemonReload(timeoutSeconds: Int = 120) throws(SystemdError) {
    try wait(timeoutSeconds: timeoutSeconds) {
      daemonReload(timeoutSeconds: timeoutSeconds, completion: $0)
    }.get()
  }
}

/// A place for one answer.
private final class Answer<Value> {
  var value: Value?
}
