internal import Coordinator
internal import Planner

/// A report as `status --json` and `plan --json` show it; docs/json.md describes every key.
///
/// What the daemon keeps for itself (`plan`, `origins`, `active_state`) stays out of `status`.
enum StatusJSON {
  /// One element of `services` of `status`.
  static func status(_ report: StatusReport) -> JSONValue {
    .object([
      .init("name", .string(report.name)),
      .init("unit", .string(report.unit)),
      .init("profile", .string(report.profile)),
      .init("state", .string(report.state)),
      .init("channels", .array(report.channels.map(channel))),
      .init("certificate", report.certificate.map(certificate) ?? .null),
      .init(
        "trusted_communication",
        .object([
          .init("wanted", .bool(report.trustedCommunication.wanted)),
          .init("in_force", .bool(report.trustedCommunication.inForce)),
          .init("reason", .optional(report.trustedCommunication.reason)),
        ])),
      .init(
        "enforcement",
        .object([
          .init("state", .string(report.enforcement.state)),
          .init("at", .optional(report.enforcement.at)),
        ])),
      .init(
        "generation",
        .object([
          .init("current", .optional(report.generation.current)),
          .init("candidate", .optional(report.generation.candidate)),
          .init("trial", .bool(report.generation.trial)),
        ])),
      .init("last_action", report.lastAction.map(lastAction) ?? .null),
      .init("notices", .array(report.notices.map(notice))),
      .init("next", report.next.map(event) ?? .null),
    ])
  }

  /// One element of `services` of `plan`.
  static func plan(_ report: StatusReport) -> JSONValue {
    .object([
      .init("name", .string(report.name)),
      .init("steps", .array(report.plan.steps.map(event))),
      .init("wake_at", .optional(report.plan.wakeAt)),
      .init("notices", .array(report.notices.map(notice))),
    ])
  }

  /// The whole answer.
  static func services(_ services: [JSONValue]) -> JSONValue {
    .object([.init("services", .array(services))])
  }

  private static func channel(_ channel: StatusReport.Channel) -> JSONValue {
    .object([
      .init("name", .string(channel.name)),
      .init("protocol", .string(channel.protocol)),
      .init("ports", .array(channel.ports.map(JSONValue.int))),
      .init("address", .string(channel.address)),
    ])
  }

  private static func certificate(_ certificate: StatusReport.Certificate) -> JSONValue {
    .object([
      .init("source", .string(certificate.source)),
      .init("issuer", .string(certificate.issuer)),
      .init("sha256", .string(certificate.sha256)),
      .init("not_before", .string(certificate.notBefore)),
      .init("not_after", .string(certificate.notAfter)),
      .init("days_left", .int(certificate.daysLeft)),
      .init("names", .strings(certificate.names)),
    ])
  }

  private static func lastAction(_ action: StatusReport.LastAction) -> JSONValue {
    .object([
      .init("kind", .string(action.kind)),
      .init("at", .string(action.at)),
      .init("result", .string(action.result)),
      .init("reason", .string(action.reason)),
    ])
  }

  private static func notice(_ notice: StatusReport.StandingNotice) -> JSONValue {
    .object([
      .init("code", .string(notice.code)),
      .init("severity", .string(notice.severity.rawValue)),
      .init("since", .string(notice.since)),
      .init("text", .string(notice.text)),
    ])
  }

  private static func event(_ event: StatusReport.Event) -> JSONValue {
    .object([
      .init("what", .string(event.what)),
      .init("at", .optional(event.at)),
      .init("why", .string(event.why)),
    ])
  }
}
