internal import Coordinator

/// What happens to one service, in order: what, when, why.
struct PlanView {
  let report: StatusReport
  let clock: Clock
  let terminal: Terminal
  /// Whether to show which file each setting comes from.
  var showsOrigins = false

  /// The block of this service.
  var lines: [Line] {
    let view = StatusView(report: report, clock: clock, terminal: terminal)
    var lines = [Line(Piece(report.name, .bold), Piece(": \(summary)"))]
    for (index, step) in report.plan.steps.enumerated() {
      let when = step.at.map(clock.moment) ?? "when it comes to that"
      lines.append(Line(Piece("  \(index + 1). "), Piece(step.what, .bold)))
      lines.append(Line(Piece("     when  ", .dim), Piece(when)))
      lines.append(Line(Piece("     why   ", .dim), Piece(step.why)))
    }
    var fields = StatusView.notices(report.notices)
    let wake = report.plan.wakeAt.map(clock.moment) ?? "when something changes"
    fields.append(Field("looks again", Piece(wake)))
    if showsOrigins { fields += view.origins }
    return lines + Field.render(fields)
  }

  private var summary: String {
    switch report.plan.steps.count {
    case 0: "nothing to do"
    case 1: "1 step"
    case let count: "\(count) steps"
    }
  }
}
