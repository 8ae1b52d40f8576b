internal import Planner

/// When to look again at services some of whose files could not be read.
///
/// No event tells that a file can be opened again. Pure: clocks are
/// arguments, in seconds of CLOCK_BOOTTIME.
struct Retries {
  private struct Waiting {
    var until: Seconds
    var attempts: Int
  }

  private var waiting: [String: Waiting] = [:]

  /// Seconds until the next look: a pause that doubles after each look that still finds trouble.
  ///
  /// Looks that come for another reason do not count. Nil: there is nothing to wait for.
  mutating func pause(_ name: String, isInTrouble: Bool, boottime: Seconds) -> Seconds? {
    guard isInTrouble else {
      waiting[name] = nil
      return nil
    }
    let before = waiting[name]
    if let before, boottime < before.until { return before.until - boottime }
    let attempts = before.map { $0.attempts + 1 } ?? 0
    let pause = min(Limits.longestRetry, Limits.firstRetry << min(attempts, 10))
    waiting[name] = Waiting(until: boottime + pause, attempts: attempts)
    return pause
  }

  /// Forgets a service that is no more.
  mutating func forget(_ name: String) { waiting[name] = nil }
}
