internal import ArgumentParser
internal import Planner
internal import Settings

/// When an import is to be served; without any of these: as soon as it is kept.
struct ImportMoment: ParsableArguments {
  @Option(
    help:
      "Serve it from then on: RFC 3339, or a date and time of here such as \"2026-12-27 06:00\".")
  var activateAt: String?
  @Option(help: "Serve it after a span from now, such as 30d.") var after: String?
  @Flag(help: "Serve it now; without files: the import that waits.") var now = false
  @Flag(help: "Take the import that waits back.") var withdraw = false

  func validate() throws {
    let given = [activateAt != nil, after != nil, now, withdraw].filter(\.self)
    guard given.count <= 1 else {
      throw ValidationError("give one of --activate-at, --after, --now and --withdraw")
    }
  }

  /// The moment that was asked for; nil: at once.
  func read(in environment: Environment) throws(CommandProblem) -> UnixSeconds? {
    let now = environment.now()
    if let activateAt { return try Self.moment(activateAt, in: environment) }
    guard let after else { return nil }
    guard let span = try? parseDuration(after), span > 0,
      span <= Self.longestSpan
    else {
      throw CommandProblem(
        .refused, "\"\(after)\" is no span of at most 10 years",
        next: "Accepted: 30d, 12h, or \"1d 12h\" (units: s, min, h, d, w)")
    }
    return now + span
  }

  /// Reads a moment to come: RFC 3339, or a date in local time, with or without the time of day.
  static func moment(
    _ text: String, in environment: Environment
  ) throws(CommandProblem) -> UnixSeconds {
    guard let at = Timestamp.parse(text) ?? environment.readLocalTime(text) else {
      throw CommandProblem(
        .refused, "\"\(text)\" is no moment",
        next: "Accepted: 2026-12-27T06:00:00Z, or in local time \"2026-12-27 06:00\"")
    }
    return try toCome(at, in: environment)
  }

  /// Refuses a moment that has passed.
  static func toCome(
    _ at: UnixSeconds, in environment: Environment
  ) throws(CommandProblem) -> UnixSeconds {
    guard at > environment.now() else {
      throw CommandProblem(
        .refused, "\(Timestamp.text(at)) has passed", next: "Give a moment that is still to come")
    }
    return at
  }

  /// No certificate that is judged today is of use much later.
  private static let longestSpan: Seconds = 3650 * Limits.day
}
