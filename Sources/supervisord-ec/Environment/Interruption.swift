internal import Glibc

/// A signal that ends a command while it waits (Ctrl-C, Ctrl-\, SIGTERM, a closed terminal).
///
/// From `hold` on the signals are taken up at the next pause only, so that what was left for the
/// daemon can be taken back first.
struct Interruption: Error, Equatable {
  /// The number of the signal.
  var signal: Int32

  static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

  private static var set: sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    return set
  }

  /// Keeps the signals back (sigprocmask(2)).
  static func hold() {
    var set = set
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
  }

  /// Lets them through again.
  static func release() {
    var set = set
    unsafe sigprocmask(SIG_UNBLOCK, &set, nil)
  }

  /// Waits; throws at once when one of the signals comes that are held back (sigtimedwait(2)).
  static func pause(milliseconds: Int) throws(Interruption) {
    var span = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    var held = sigset_t()
    unsafe sigprocmask(SIG_BLOCK, nil, &held)
    guard unsafe sigismember(&held, SIGINT) == 1 else {
      unsafe nanosleep(&span, nil)
      return
    }
    var set = set
    let signal = unsafe sigtimedwait(&set, nil, &span)
    if signal > 0 { throw Interruption(signal: signal) }
  }

  /// What the shell gets (128 + N), as for every program that a signal ended.
  var status: Int32 { 128 + signal }

  /// Ends the process by the signal itself, so that a script that called it ends, too.
  static func endIfInterrupted(_ status: Int32) {
    guard signals.contains(status - 128) else { return }
    let number = status - 128
    Glibc.signal(number, SIG_DFL)
    release()
    raise(number)
  }
}
