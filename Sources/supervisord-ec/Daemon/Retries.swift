internal import Coordinator
internal import Planner

/// When to look again at services some of whose files could not be read.
///
/// No event tells that a file can be opened again. Pure: clocks are arguments, in seconds of
/// CLOCK_BOOTTIME.
struct Retries {
  private var waiting: [String: Retry] = [:]

  /// Seconds until the next look: a pause that doubles after each look that still finds trouble.
  ///
  /// Looks that come for another reason do not count. Nil: there is nothing to wait for.
  mutating func pause(_ name: String, isInTrouble: Bool, boottime: Seconds) -> Seconds? {
    guard isInTrouble else {
      forget(name)
      return nil
    }
    var retry = waiting[name] ?? Retry()
    if retry.isDue(boottime) { retry.failed(boottime) }
    waiting[name] = retry
    return retry.at.map { $0 - boottime }
  }

  /// Forgets a service that is no more.
  mutating func forget(_ name: String) { waiting[name] = nil }
}
