internal import Glibc

/// The clocks that a timer can follow.
public enum Clock: Sendable {
  /// CLOCK_REALTIME: the time of the calendar, which can be set.
  case realtime
  /// CLOCK_BOOTTIME: never set, goes on while the machine is suspended.
  case boottime

  /// Microseconds since 1970-01-01T00:00:00Z.
  public static func realtimeMicroseconds() -> UInt64 { microseconds(CLOCK_REALTIME) }

  /// Microseconds since the machine started, suspension included.
  public static func boottimeMicroseconds() -> UInt64 { microseconds(CLOCK_BOOTTIME) }

  /// Microseconds on CLOCK_MONOTONIC, the clock that sd_notify(3) wants with RELOADING=1.
  static func monotonicMicroseconds() -> UInt64 { microseconds(CLOCK_MONOTONIC) }

  /// The number of clock_gettime(2).
  var identifier: clockid_t {
    switch self {
    case .realtime: CLOCK_REALTIME
    case .boottime: CLOCK_BOOTTIME
    }
  }

  /// Reads one clock; a time before the epoch, which Linux does not allow, reads as 0.
  private static func microseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    guard unsafe clock_gettime(clock, &time) == 0, time.tv_sec >= 0 else { return 0 }
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
  }
}
