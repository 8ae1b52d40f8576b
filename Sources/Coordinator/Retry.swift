internal import Planner

/// When something that failed is tried again: from 5 s, doubling, to 5 minutes.
///
/// A failed write is seen in the folder it was tried in, and would be tried again at once, for
/// ever.
struct Retry: Equatable {
  /// The next try, CLOCK_BOOTTIME; nil: nothing has failed.
  private(set) var at: Seconds?
  private var attempts = 0

  /// Whether there is nothing to wait for.
  func isDue(_ boottime: Seconds) -> Bool { at.map { boottime >= $0 } ?? true }

  /// It failed.
  mutating func failed(_ boottime: Seconds) {
    at = boottime + min(Limits.longestRetry, Limits.firstRetry << min(attempts, 10))
    attempts += 1
  }

  /// It was done.
  mutating func succeeded() { self = Retry() }
}
