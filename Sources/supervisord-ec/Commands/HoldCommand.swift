internal import ArgumentParser
internal import Planner
internal import Settings

/// `hold`: no action of ours on a service until a moment.
struct HoldCommand: Verb {
  static let configuration = CommandConfiguration(
    commandName: "hold",
    abstract: "Keeps all hands off a service until a moment.",
    discussion: """
      Until then nothing is done by itself: changes of the settings are made ready but not served, \
      and no window opens. A restart by you still renews, what you ask for by a command is done, \
      the end of the grace period is not held back, and a certificate that cannot wait \
      (force_before_expiry) ends the hold. A hold is shown by status and plan.

        supervisord-ec hold console --until 8h --reason "migration of the database"
        supervisord-ec hold console --until 2026-12-27T06:00:00Z
        supervisord-ec hold console --until "2026-12-27 06:00"
        supervisord-ec hold console --off

      EXIT STATUS: 0 held, or let go; 1 no such service, or not a moment to come; 64 wrong usage; \
      69 the daemon does not answer; 77 not permitted.
      """)

  @OptionGroup var service: RequiredName
  @Option(
    help: "A moment (RFC 3339, or a date and time of here), or a span from now such as 8h or 2d.")
  var until: String?
  @Option(help: "Why, one line for whoever reads the status.") var reason: String?
  @Flag(help: "Ends the hold.") var off = false

  func validate() throws {
    guard off != (until != nil) else { throw ValidationError("give either --until or --off") }
    guard !off || reason == nil else { throw ValidationError("--off takes no --reason") }
  }

  func run(in environment: Environment) throws -> ExitStatus {
    let name = service.name
    try environment.requireKnown(name)
    try environment.requireDaemon()
    guard environment.maySave(name) else {
      throw CommandProblem.notPermitted("changing the settings of \"\(name)\"")
    }
    let moment = try until.map { try Self.moment($0, in: environment) }
    let saved = try environment.saveHold(
      HoldChange(name: name, until: moment.map(Timestamp.text), reason: reason))
    if let moment {
      environment.say(
        Line(
          Piece("\"\(name)\" is held until \(environment.clock.moment(Timestamp.text(moment))).")))
      environment.say(Line(Piece("End it earlier: supervisord-ec hold \(name) --off")))
    } else {
      environment.say(
        Line(Piece(saved.changed ? "The hold of \"\(name)\" is over." : "\"\(name)\" is not held."))
      )
    }
    return .done
  }

  /// Reads a moment or a span from `now` on.
  static func moment(
    _ text: String, in environment: Environment
  ) throws(CommandProblem) -> UnixSeconds {
    guard let span = try? parseDuration(text) else {
      return try ImportMoment.moment(text, in: environment)
    }
    return try ImportMoment.toCome(environment.now() + span, in: environment)
  }
}
