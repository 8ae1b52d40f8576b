public import Planner
public import Systemd

/// The clocks: what they say, and a call when one was set or a moment has come.
///
/// Moments are waited for on the boottime clock, which runs on during suspend and never steps; a
/// step of the realtime clock wakes at once (TFD_TIMER_CANCEL_ON_SET, timerfd_create(2)).
public final class ClockWatcher {
  private let timer: Timer
  private let change: EventSource

  /// Calls `onMoment` when an armed moment has come, `onSet` when the realtime clock was set.
  public init(
    loop: EventLoop, onMoment: @escaping () -> Void, onSet: @escaping () -> Void
  ) throws(SystemdError) {
    timer = try loop.timer(.boottime, onMoment)
    change = try loop.onClockChange(onSet)
  }

  /// What the clocks say now.
  public static func facts(builtAt: UnixSeconds, synchronised: Bool?) -> ClockFacts {
    ClockFacts(
      realtime: Int(Systemd.Clock.realtimeMicroseconds() / 1_000_000),
      boottime: Int(Systemd.Clock.boottimeMicroseconds() / 1_000_000),
      synchronised: synchronised, builtAt: builtAt)
  }

  /// Calls `onMoment` in `seconds`, and not for an earlier moment.
  public func wake(in seconds: Seconds) {
    let bounded = UInt64(min(max(seconds, 1), Limits.longestSleep))
    timer.arm(atMicroseconds: Systemd.Clock.boottimeMicroseconds() + bounded * 1_000_000)
  }
}
