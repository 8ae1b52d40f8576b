internal import Planner

/// Calendar expressions, worked out by systemd itself: libsystemd has no function for them.
enum Calendar {
  private static let program = "/usr/bin/systemd-analyze"

  /// When `expression` comes next, in the host's time zone.
  ///
  /// An expression that systemd does not take is an answer, too: the problem is in it.
  static func read(_ expression: String, now: UnixSeconds) throws -> CalendarFacts {
    let outcome = try Subcommand.run(
      [program, "calendar", "--iterations=\(Limits.calendarMoments)", "--", expression],
      collect: .both)
    guard outcome.status == 0 else {
      let line = outcome.output.split(separator: "\n").first.map(String.init)
      return CalendarFacts(
        expression: expression, starts: [], readAt: now,
        problem: line ?? "systemd-analyze ended with \(outcome.status)")
    }
    return CalendarFacts(expression: expression, starts: moments(outcome.output), readAt: now)
  }

  /// Reads the moments out of the answer: a line in local time, and below it the same in UTC unless
  /// the host is on UTC anyway.
  static func moments(_ output: String) -> [UnixSeconds] {
    var result: [UnixSeconds] = []
    for line in output.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      let label = parts[0].drop { $0 == " " }
      let isMoment = label == "Next elapse" || label == "(in UTC)" || label.hasPrefix("Iter. #")
      if isMoment, let at = moment(parts[1]), result.last.map({ $0 < at }) ?? true {
        result.append(at)
      }
    }
    return result
  }

  /// `Sun 2026-11-29 03:00:00 UTC`; another zone is passed over, as its line in UTC follows.
  private static func moment(_ text: Substring) -> UnixSeconds? {
    let words = text.split(separator: " ")
    guard words.count == 4, words[3] == "UTC" else { return nil }
    return Timestamp.parse("\(words[1])T\(words[2].prefix(8))Z")
  }
}
