internal import ArgumentParser

/// `plan`: what happens next, as the daemon decided it; needs no rights.
struct Plan: Verb {
  static let configuration = CommandConfiguration(
    abstract: "Shows what happens next, when and why.",
    discussion: """
      Each step with its time and its reason, the moment when the daemon looks again at the latest, \
      and what needs attention. Nothing happens to a service that was not listed here before. For \
      every user.

        supervisord-ec plan console

      EXIT STATUS: 0 shown; 1 no such service, or a status cannot be read; 64 wrong usage; 69 the \
      daemon does not answer (its last plan is shown).
      """)

  @OptionGroup var service: OptionalName
  @Flag(help: "Prints JSON for programs.") var json = false

  func run(in environment: Environment) throws -> ExitStatus {
    let overview = try Overview(of: service.name, in: environment)
    if json {
      overview.printJSON(StatusJSON.plan, in: environment)
    } else if overview.reports.count > Status.blocksAtMost {
      let table = PlanTable(
        reports: overview.reports, clock: environment.clock, terminal: environment.terminal)
      overview.printWarning(in: environment)
      environment.say(table.lines)
      overview.printTroubles(in: environment)
      environment.say("All of one service: supervisord-ec plan NAME")
    } else {
      overview.printBlocks(
        { report in
          PlanView(
            report: report, clock: environment.clock, terminal: environment.terminal,
            showsOrigins: service.name != nil
          ).lines
        }, in: environment)
    }
    return overview.status { _ in true }
  }
}
