internal import Coordinator
internal import Planner

/// Waits until an import is served, or it is clear that it is not.
struct ImportOutcome {
  let name: String
  let certificate: CertificateFacts

  /// Says how it went; the exit status.
  func wait(in environment: Environment) throws -> ExitStatus {
    let status = try environment.wait(atMost: Patience.untilDone) { waited -> ExitStatus? in
      guard case .report(let report, _) = environment.status(name) else { return nil }
      return judge(report, waited: waited, environment)
    }
    guard let status else {
      throw CommandProblem(
        .unavailable, "imported, but it is not served yet",
        next: "See: supervisord-ec status \(name); journalctl -u supervisord-ec")
    }
    return status
  }

  private func judge(
    _ report: StatusReport, waited: Int, _ environment: Environment
  ) -> ExitStatus? {
    if report.certificate?.sha256 == certificate.sha256, !report.generation.trial,
      report.state != "working"
    {
      environment.say(
        Line(Piece("\(name): ", .bold), Piece("the imported certificate is served.", .good)))
      return .done
    }
    // Until the daemon has looked, the report is one from before.
    guard waited >= Patience.untilSettled else { return nil }
    switch report.state {
    case "rolled-back", "blocked", "failed":
      let errors = report.notices.filter { $0.severity == .error }
      environment.complain("supervisord-ec: imported, but it is not served: \(report.state)")
      for notice in errors { environment.complain("  \(notice.text)") }
      return .refused
    case "stopped":
      environment.say("It is kept, and served from the unit's next start on.")
      return .done
    case "waiting":
      environment.say(Line(Piece("It is kept, and waits. See: supervisord-ec plan \(name)")))
      return .done
    default: return nil
    }
  }
}
