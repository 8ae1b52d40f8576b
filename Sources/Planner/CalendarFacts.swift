/// When a calendar expression comes next, as systemd worked it out (systemd-analyze(1), calendar).
///
/// Kept with the service; local time and its changes are in it, so it is read anew every day.
public struct CalendarFacts: Codable, Equatable, Sendable {
  /// The expression.
  public var expression: String
  /// The coming moments, ascending; empty: never.
  public var starts: [UnixSeconds]
  /// When they were worked out.
  public var readAt: UnixSeconds
  /// Why systemd does not take the expression; nil: it does.
  public var problem: String?

  /// Makes facts.
  public init(
    expression: String, starts: [UnixSeconds], readAt: UnixSeconds, problem: String? = nil
  ) {
    self.expression = expression
    self.starts = starts
    self.readAt = readAt
    self.problem = problem
  }
}
