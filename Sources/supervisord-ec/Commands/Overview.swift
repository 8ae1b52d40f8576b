internal import ArgumentParser
internal import Coordinator

/// What `status`, `plan` and `certificate show` have in common: which services, and how to say that
/// something is missing.
struct Overview {
  /// What can be shown, in the order of the names.
  var reports: [StatusReport] = []
  /// One line for each service that has nothing to show.
  var troubles: [String] = []
  /// How the daemon is.
  var daemon: DaemonState

  /// Reads the reports of one service or of all.
  init(of name: String?, in environment: Environment) throws {
    daemon = environment.daemon()
    if let name {
      // With the daemon stopped after a boot there are no reports, and that is the news.
      if environment.serviceNames().isEmpty, let problem = daemon.problem("") { throw problem }
      try environment.requireKnown(name)
    }
    for service in name.map({ [$0] }) ?? environment.serviceNames() {
      switch environment.status(service) {
      case .report(let report, _): reports.append(report.refreshed(environment.clock))
      case .missing: troubles.append("\"\(service)\": the daemon has no status of it yet")
      case .damaged(let reason):
        troubles.append("\"\(service)\": its status cannot be read: \(reason)")
      }
    }
  }

  /// What stands above everything else if the daemon does not run.
  var warning: String? {
    switch daemon {
    case .running: nil
    case .stopped:
      "The daemon is not running; start it: systemctl start supervisord-ec.\(whatFollows)"
    case .notAnswering(let reason):
      "The daemon does not answer: \(reason).\(whatFollows)"
    }
  }

  private var whatFollows: String { reports.isEmpty ? "" : " Last known state:" }

  /// 69 before 1 before 0; `isGood` judges one report.
  func status(isGood: (StatusReport) -> Bool) -> ExitStatus {
    if daemon != .running { return .unavailable }
    if !troubles.isEmpty { return .refused }
    return reports.allSatisfy(isGood) ? .done : .refused
  }

  /// Prints JSON; what is no data goes to standard error.
  func printJSON(_ value: (StatusReport) -> JSONValue, in environment: Environment) {
    if let warning { environment.complain(warning) }
    troubles.forEach { environment.complain($0) }
    environment.say(StatusJSON.services(reports.map(value)))
  }

  /// Prints text; `lines` makes the block of one service.
  func printBlocks(_ lines: (StatusReport) -> [Line], in environment: Environment) {
    printWarning(in: environment)
    for (index, report) in reports.enumerated() {
      if index > 0 { environment.say("") }
      environment.say(lines(report))
    }
    printTroubles(in: environment)
  }

  /// The line above all others.
  func printWarning(in environment: Environment) {
    if let warning { environment.say(Line(Piece(warning, .bad))) }
    if reports.isEmpty && troubles.isEmpty {
      environment.say("No service is adopted yet.")
      environment.say(Line(Piece(Environment.howToAdopt)))
    }
  }

  /// The lines below all others.
  func printTroubles(in environment: Environment) {
    troubles.forEach { environment.say(Line(Piece($0, .bad))) }
  }
}

extension StatusReport {
  /// The same with the days that are left now, however old the file is.
  func refreshed(_ clock: Clock) -> StatusReport {
    guard let certificate else { return self }
    var fresh = self
    let view = CertificateView(certificate: certificate, clock: clock, terminal: .plain)
    fresh.certificate?.daysLeft = view.daysLeft
    return fresh
  }
}

/// The argument of verbs that show one service or all.
struct OptionalName: ParsableArguments {
  @Argument(help: "The service; all if none is named.")
  var name: String?
}

/// The argument of verbs that act on one service.
struct RequiredName: ParsableArguments {
  @Argument(help: "The service, as in \"supervisord-ec status\".")
  var name: String
}
