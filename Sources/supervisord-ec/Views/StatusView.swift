internal import Coordinator
internal import Planner

/// One service at a glance.
///
/// States nothing that the report does not say, and nothing by colour only.
struct StatusView {
  let report: StatusReport
  let clock: Clock
  let terminal: Terminal
  /// Whether to show which file each setting comes from.
  var showsOrigins = false

  /// The block of this service.
  var lines: [Line] {
    var fields = [Field("unit", Piece("\(report.unit)\(activity), profile \(report.profile)"))]
    fields += channels
    fields += certificate
    fields += enforcement
    fields.append(Field("generation", Piece(generation)))
    if let action = report.lastAction {
      fields.append(
        Field(
          "last action", Piece("\(action.kind), "),
          Piece(action.result, action.result == "done" ? .good : .bad),
          Piece(", \(clock.moment(action.at)): \(action.reason)")))
    }
    fields += Self.notices(report.notices)
    fields.append(Field("next", Piece(report.next.map(next) ?? "nothing is due")))
    if showsOrigins { fields += origins }
    return [heading] + Field.render(fields)
  }

  /// The dot (with colours only), the name and the state.
  var heading: Line {
    var pieces: [Piece] = [Piece(report.name, .bold), ": ", Piece(report.state, stateStyle)]
    if terminal.colours {
      pieces.insert(Piece(terminal.unicode ? "● " : "* ", stateStyle), at: 0)
    }
    return Line(pieces: pieces)
  }

  /// How good the state is.
  var stateStyle: Style {
    switch report.state {
    case "good": .good
    case "working", "on-trial", "waiting", "stopped": .busy
    case "not-adopted": .dim
    default: .bad
    }
  }

  /// Notices, each on its own line with its severity, the worst first.
  static func notices(_ notices: [StatusReport.StandingNotice]) -> [Field] {
    let order: [Severity] = [.error, .warning, .info]
    return order.flatMap { severity in
      notices.filter { $0.severity == severity }.map { notice in
        let style: Style = severity == .error ? .bad : severity == .warning ? .busy : .plain
        return Field(severity.rawValue, Piece("\(notice.text) [\(notice.code)]"), style: style)
      }
    }
  }

  private var activity: String { report.activeState.map { " (\($0))" } ?? "" }

  private var channels: [Field] {
    let ports = report.channels.map { $0.ports.map(String.init).joined(separator: ", ") }
    let width = ports.map(\.count).max() ?? 0
    return zip(report.channels, ports).map { channel, ports in
      Field(
        channel.name,
        Piece(
          channel.protocol.uppercased().padded(7),
          channel.protocol == "https" ? .good : .busy),
        Piece("\(ports.padded(width))  \(channel.address)"))
    }
  }

  private var certificate: [Field] {
    guard let certificate = report.certificate else {
      return [Field("certificate", "none yet")]
    }
    let view = CertificateView(certificate: certificate, clock: clock, terminal: terminal)
    return [
      Field(
        "certificate", view.bar, Piece(" \(view.daysText)", view.style),
        Piece(", until \(clock.date(certificate.notAfter)), \(view.origin)")),
      Field("names", Piece(certificate.names.joined(separator: ", "))),
      Field("SHA-256", lines: view.wrappedFingerprint.map { [Piece($0)] }),
    ]
  }

  private var enforcement: [Field] {
    var fields: [Field] = []
    if report.enforcement.state == "enforced" {
      let since = report.enforcement.at.map { " since \(clock.date($0))" } ?? ""
      fields.append(Field("enforcement", Piece("HTTPS\(since), for good")))
      if let address = report.consoleAddress, address.hasPrefix("https:") {
        fields.append(Field("", Piece("from the next login on: "), Piece(address, .bold)))
      }
    } else {
      let end = report.enforcement.at.map { "until \(clock.moment($0))" } ?? "period, end not known"
      fields.append(Field("enforcement", Piece("grace \(end), then HTTPS for good")))
    }
    let trusted = report.trustedCommunication
    if trusted.wanted || trusted.inForce {
      let reason = trusted.reason.map { ": \($0)" } ?? ""
      fields.append(
        Field("trusted agents", Piece((trusted.inForce ? "in force" : "not in force") + reason)))
    }
    return fields
  }

  private var generation: String {
    var parts = [report.generation.current.map { "\($0)" } ?? "none yet"]
    if report.generation.trial { parts.append("on trial") }
    if let candidate = report.generation.candidate, candidate != report.generation.current {
      parts.append("\(candidate) is staged")
    }
    return parts.joined(separator: ", ")
  }

  private func next(_ event: StatusReport.Event) -> String {
    let when = event.at.map { "\(clock.moment($0)): " } ?? ""
    return "\(when)\(event.what); \(event.why)"
  }

  /// Which file sets which keys.
  var origins: [Field] {
    let files = Set(report.origins.values).sorted()
    guard !files.isEmpty else { return [] }
    return [
      Field(
        "settings",
        lines: files.map { file in
          let keys = report.origins.filter { $0.value == file }.keys.sorted()
          return [Piece("\(file): \(keys.joined(separator: ", "))")]
        })
    ]
  }
}

extension StatusReport {
  /// Where people log in: the channel named `console`, else the first.
  var consoleAddress: String? {
    (channels.first { $0.name == "console" } ?? channels.first)?.address
  }
}
