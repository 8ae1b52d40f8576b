internal import Coordinator
internal import Planner

/// Waits until an import is served, or ready for its moment, or it is clear that it is not.
struct ImportOutcome {
  let name: String
  let sha256: String
  /// When it is to be served; nil: now.
  var activatesAt: UnixSeconds?

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
    if report.certificate?.sha256 == sha256, !report.generation.trial, report.state != "working" {
      environment.say(
        Line(Piece("\(name): ", .bold), Piece("the imported certificate is served.", .good)))
      return .done
    }
    if activatesAt != nil, let status = judgeWaiting(report, environment) { return status }
    // Until the daemon has looked, the report is one from before.
    guard waited >= Patience.untilSettled else { return nil }
    switch report.state {
    case "rolled-back", "blocked", "failed":
      environment.complain("supervisord-ec: imported, but it is not served: \(report.state)")
      complainErrors(report, environment)
      return .refused
    case "stopped":
      environment.say("It is kept, and served from the unit's next start on.")
      return .done
    case "waiting":
      environment.say(Line(Piece("It is kept, and waits. See: supervisord-ec plan \(name)")))
      return .done
    default: return judgeOvertaken(environment)
    }
  }

  /// Something else may have been imported or set meanwhile; then nobody waits for this one.
  private func judgeOvertaken(_ environment: Environment) -> ExitStatus? {
    let wanted = environment.certificates.circumstances(name).certificate
    guard wanted.source != .imported || wanted.imported != sha256 else { return nil }
    environment.complain(
      "supervisord-ec: imported, but another import or a setting came after it and counts")
    environment.complain("  See: supervisord-ec plan \(name)")
    return .refused
  }

  /// Ready once the daemon says that just this one waits, and it lies there as the candidate.
  private func judgeWaiting(_ report: StatusReport, _ environment: Environment) -> ExitStatus? {
    let isKnown = report.notices.contains {
      $0.code == "import-waits" && $0.text.contains(sha256.prefix(16))
    }
    guard isKnown, report.state != "working" else { return nil }
    let isRefused = report.notices.contains { Self.obstacles.contains($0.code) }
    guard isRefused || report.generation.candidate != nil else { return nil }
    let what = "serve the imported certificate"
    let step = report.plan.steps.first { $0.what == what }
    let when = step?.at ?? activatesAt.map(Timestamp.text) ?? ""
    environment.say(
      Line(
        Piece("\(name): ", .bold), Piece("it waits, and is served from "),
        Piece(environment.clock.moment(when)), Piece(" on.")))
    if let why = step?.why, why.hasPrefix("force_before_expiry") {
      environment.say(Line(Piece("Earlier than asked: \(why)")))
    }
    environment.say(Line(Piece("Now: supervisord-ec certificate import \(name) --now")))
    environment.say(
      Line(Piece("Take it back: supervisord-ec certificate import \(name) --withdraw")))
    guard isRefused else { return .done }
    environment.complain("supervisord-ec: imported, but it could not be served as things are")
    complainErrors(report, environment)
    return .refused
  }

  /// What keeps it from being made ready.
  private static let obstacles: Set<String> = ["refused-by-server", "stage-failed"]

  private func complainErrors(_ report: StatusReport, _ environment: Environment) {
    for notice in report.notices where notice.severity == .error {
      environment.complain("  \(notice.text)")
    }
  }
}
