public import Planner

/// When something that failed is tried again: from 5 s, doubling, to 5 minutes.
///
/// A failed write is seen in the folder it was tried in, and would be tried again at once, for
/// ever.
public struct Retry: Equatable, Sendable {
  /// The next try, CLOCK_BOOTTIME; nil: nothing has failed.
  public private(set) var at: Seconds?
  private var attempts = 0

  /// Nothing has failed.
  public init() {}

  /// Whether there is nothing to wait for.
  public func isDue(_ boottime: Seconds) -> Bool { at.map { boottime >= $0 } ?? true }

  /// It failed.
  public mutating func failed(_ boottime: Seconds) {
    attempts += 1
    at = boottime + Limits.pause(afterTries: attempts)
  }

  /// It was done.
  public mutating func succeeded() { self = Retry() }
}
