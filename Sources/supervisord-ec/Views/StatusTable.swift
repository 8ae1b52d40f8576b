internal import Coordinator
internal import Planner

/// Many services, one line each.
struct StatusTable {
  let reports: [StatusReport]
  let clock: Clock
  let terminal: Terminal

  /// The heading and one line per service, in columns.
  var lines: [Line] {
    let rows = reports.map(row)
    let table = Table(
      columns: [
        Table.Column(heading: "NAME", least: 12), Table.Column(heading: "STATE", least: 12),
        Table.Column(heading: "CONSOLE", least: 7), Table.Column(heading: "PORTS", least: 9),
        Table.Column(heading: "CERT", least: 8), Table.Column(heading: "NEXT", least: 8),
        Table.Column(heading: "NOTICES", least: 8),
      ], rows: rows, shrinking: [5, 3, 6, 0])
    let lines = table.lines(
      dots: terminal.dots, room: Table.width - (terminal.colours ? Self.dotWidth : 0))
    guard terminal.colours else { return lines }
    let dot = terminal.unicode ? "● " : "* "
    return lines.enumerated().map { index, line in
      let style = index == 0 ? Style.plain : rows[index - 1][1].style
      return Line(pieces: [Piece(index == 0 ? "  " : dot, style)] + line.pieces)
    }
  }

  /// The dot before each line and the space after it.
  private static let dotWidth = 2

  private func row(_ report: StatusReport) -> [Piece] {
    let view = StatusView(report: report, clock: clock, terminal: terminal)
    return [
      Piece(report.name, .bold),
      Piece(report.state, view.stateStyle),
      Piece(consoleProtocol(report)),
      Piece(Set(report.channels.flatMap(\.ports)).sorted().map(String.init).joined(separator: ",")),
      certificate(report),
      Piece(next(report)),
      notices(report),
    ]
  }

  private func consoleProtocol(_ report: StatusReport) -> String {
    let console = report.channels.first { $0.name == "console" } ?? report.channels.first
    return console?.protocol.uppercased() ?? "-"
  }

  private func certificate(_ report: StatusReport) -> Piece {
    guard let certificate = report.certificate else { return "none" }
    let view = CertificateView(certificate: certificate, clock: clock, terminal: terminal)
    let text = view.daysText
    let isLeft = text.hasSuffix(Self.left)
    return Piece(isLeft ? String(text.dropLast(Self.left.count)) : text, view.style)
  }

  /// What every certificate has and the column need not say.
  private static let left = " left"

  /// When something happens next; what it is shows `plan`, in as many lines.
  private func next(_ report: StatusReport) -> String {
    guard let next = report.next else { return "-" }
    return next.at.flatMap(Timestamp.parse).map(clock.relative) ?? next.what
  }

  private func notices(_ report: StatusReport) -> Piece {
    let errors = report.notices.count { $0.severity == .error }
    let warnings = report.notices.count { $0.severity == .warning }
    let parts = [
      errors > 0 ? "\(errors) error\(errors == 1 ? "" : "s")" : nil,
      warnings > 0 ? "\(warnings) warning\(warnings == 1 ? "" : "s")" : nil,
    ].compactMap { $0 }
    guard !parts.isEmpty else { return "-" }
    return Piece(parts.joined(separator: ", "), errors > 0 ? .bad : .busy)
  }
}
