internal import Systemd

/// Gives memory back once the daemon has had nothing to do for a while.
final class Rest {
  /// So long after the last look: a change is over by then, and the next is not near.
  private static let afterMicroseconds: UInt64 = 10_000_000
  /// Nobody waits for it, so the kernel may take it together with another wake-up.
  private static let accuracyMicroseconds: UInt64 = 5_000_000

  private let timer: Timer

  init(loop: EventLoop) throws {
    timer = try loop.timer(.boottime) { _ = CodePages.giveBack() }
  }

  /// Something was done just now, so rest begins anew.
  func putOff(_ now: UInt64 = Systemd.Clock.boottimeMicroseconds()) {
    timer.arm(
      atMicroseconds: now + Self.afterMicroseconds,
      accuracyMicroseconds: Self.accuracyMicroseconds)
  }
}
