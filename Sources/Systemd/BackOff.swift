/// Waits that double after each failure.
///
/// Pure: the caller waits.
struct BackOff: Equatable {
  /// A bus that restarts is back within a second or two.
  static let firstSeconds: UInt64 = 1
  /// A bus that is away for long is asked once a minute: found again in good time, at no cost.
  static let longestSeconds: UInt64 = 60

  private var seconds = firstSeconds

  /// How long to wait before the next try, in microseconds.
  mutating func nextMicroseconds() -> UInt64 {
    defer { seconds = min(seconds * 2, Self.longestSeconds) }
    return seconds * 1_000_000
  }

  /// After a success the next failure is a first one again.
  mutating func reset() { seconds = Self.firstSeconds }
}
