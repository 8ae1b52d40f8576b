internal import Coordinator
internal import Planner

/// What comes next for many services, one line each.
struct PlanTable {
  let reports: [StatusReport]
  let clock: Clock
  let terminal: Terminal

  /// The heading and one line per service, in columns.
  var lines: [Line] {
    Table(
      columns: [
        Table.Column(heading: "NAME", least: 12), Table.Column(heading: "NEXT", least: 16),
        Table.Column(heading: "WHEN", least: 12), Table.Column(heading: "WHY", least: 12),
      ], rows: reports.map(row), shrinking: [3, 1, 2, 0]
    ).lines(dots: terminal.dots)
  }

  private func row(_ report: StatusReport) -> [Piece] {
    guard let step = report.plan.steps.first else {
      return [Piece(report.name, .bold), "nothing", "-", Piece(report.state)]
    }
    let when = step.at.flatMap(Timestamp.parse).map(clock.relative) ?? "now"
    return [Piece(report.name, .bold), Piece(step.what), Piece(when), Piece(step.why)]
  }
}
