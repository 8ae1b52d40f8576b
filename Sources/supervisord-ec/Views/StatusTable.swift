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
    let headings = ["NAME", "STATE", "PROTOCOL", "PORTS", "CERTIFICATE", "NEXT", "NOTICES"]
    let widths = headings.indices.map { column in
      max(headings[column].count, rows.map { $0[column].text.count }.max() ?? 0)
    }
    let all = [headings.map { Piece($0, .dim) }] + rows
    return all.enumerated().map { index, row in
      var pieces = row.enumerated().map { column, piece in
        let isLast = column == row.count - 1
        return Piece(isLast ? piece.text : piece.text.padded(widths[column] + 2), piece.style)
      }
      if terminal.colours {
        let dot = terminal.unicode ? "● " : "* "
        pieces.insert(index == 0 ? "  " : Piece(dot, row[1].style), at: 0)
      }
      return Line(pieces: pieces)
    }
  }

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
    return Piece(view.daysText, view.style)
  }

  private func next(_ report: StatusReport) -> String {
    guard let next = report.next else { return "-" }
    let when = next.at.flatMap(Timestamp.parse).map { " \(clock.relative($0))" } ?? ""
    return next.what + when
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
