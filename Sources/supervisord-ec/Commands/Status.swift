internal import ArgumentParser
internal import Coordinator
internal import Planner

/// `status`: how everything is, from the files that the daemon writes; needs no rights.
struct Status: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Shows how the services are.",
    discussion: """
      Per service: protocol, ports and addresses, the certificate with the days it has left and its \
      SHA-256 to compare with the browser's warning, when HTTPS is enforced, the last action, what \
      needs attention, and what happens next. For every user.

        supervisord-ec status
        supervisord-ec status console
        supervisord-ec status --json | jq '.services[].certificate.days_left'

      Of many services each takes one line; name one to see all of it. The keys of --json are \
      described in /usr/share/doc/supervisord-ec/json.md.

      EXIT STATUS: 0 nothing stands at severity error and every unit is active; 1 otherwise, or no \
      such service; 64 wrong usage; 69 the daemon or systemd does not answer (the last known state \
      is shown).
      """)

  @OptionGroup var service: OptionalName
  @Flag(help: "Prints JSON for programs.") var json = false

  /// Of more services than this each takes one line, so that they fit on a screen.
  static let blocksAtMost = 5

  func run(in environment: Environment) throws -> ExitStatus {
    let overview = try Overview(of: service.name, in: environment)
    if json {
      overview.printJSON(StatusJSON.status, in: environment)
    } else if overview.reports.count > Self.blocksAtMost {
      let table = StatusTable(
        reports: overview.reports, clock: environment.clock, terminal: environment.terminal)
      overview.printWarning(in: environment)
      environment.say(table.lines)
      overview.printTroubles(in: environment)
      environment.say("All of one service: supervisord-ec status NAME")
    } else {
      overview.printBlocks(
        { report in
          StatusView(
            report: report, clock: environment.clock, terminal: environment.terminal,
            showsOrigins: service.name != nil
          ).lines
        }, in: environment)
    }
    let status = overview.status(isGood: Self.isGood)
    let systemdIsSilent = overview.reports.contains {
      $0.activeState == nil && $0.state != "not-adopted"
    }
    return status != .unavailable && systemdIsSilent ? .unavailable : status
  }

  /// Nothing at severity error, and the unit is active (`reloading` is active, too).
  static func isGood(_ report: StatusReport) -> Bool {
    let isActive = report.activeState == "active" || report.activeState == "reloading"
    return isActive && !report.notices.contains { $0.severity == .error }
  }
}
