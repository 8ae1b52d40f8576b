internal import Planner

/// The present moment and the way to show others, so that every text of one run agrees.
struct Clock {
  /// Now.
  var now: UnixSeconds
  /// A moment in the reader's time zone.
  var localTime: (UnixSeconds) -> String

  /// A date with how far it is, `2026-03-31 06:30 UTC (in 29 days)`.
  ///
  /// What is no RFC 3339 is shown as it is.
  func moment(_ text: String) -> String {
    guard let at = Timestamp.parse(text) else { return text }
    return "\(localTime(at)) (\(relative(at)))"
  }

  /// `2026-03-31 06:30 UTC`.
  func date(_ text: String) -> String {
    Timestamp.parse(text).map(localTime) ?? text
  }

  /// `in 29 days`, `3 h 5 min ago` or `now`.
  func relative(_ at: UnixSeconds) -> String {
    if at == now { return "now" }
    let span = Timestamp.spanText(at - now)
    return at > now ? "in \(span)" : "\(span) ago"
  }

  /// Whole days until a moment, rounded down: negative as soon as it has passed.
  func daysLeft(until at: UnixSeconds) -> Int {
    let seconds = at - now
    return seconds / Limits.day - (seconds % Limits.day < 0 ? 1 : 0)
  }
}
