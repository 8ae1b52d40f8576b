/// A timer that fires once for each `arm` (sd_event_add_time(3)).
public final class Timer {
  /// How late a timer may fire unless told otherwise, in microseconds: lets the kernel group
  /// wake-ups, and is far below what an administrator notices.
  public static let defaultAccuracyMicroseconds: UInt64 = 100_000

  private let source: EventSource

  init(_ source: EventSource) { self.source = source }

  /// Fires at `atMicroseconds` of the timer's clock (at once if that is past), replacing what
  /// was armed before.
  public func arm(
    atMicroseconds: UInt64, accuracyMicroseconds: UInt64 = Timer.defaultAccuracyMicroseconds
  ) {
    // The last value stands for "never" in sd-event, and 0 as accuracy for its own default.
    let moment = min(atMicroseconds, UInt64.max - 1)
    let accuracy = max(accuracyMicroseconds, 1)
    source.setTime(moment, accuracy: accuracy)
    source.setEnabled(.once)
  }

  /// Forgets what was armed.
  public func disarm() {
    source.setEnabled(.off)
  }

  /// Ends the timer for good.
  public func cancel() { source.cancel() }
}
