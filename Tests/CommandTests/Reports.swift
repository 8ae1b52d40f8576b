import Planner

@testable import Coordinator

/// Reports as the daemon writes them, at 2026-03-01T06:30:00Z.
enum Reports {
  /// The console is on HTTP; HTTPS comes in 29 days.
  static var grace: StatusReport {
    let enforce = StatusReport.Event(
      what: "move the console to HTTPS", at: "2026-03-30T06:30:00Z",
      why: "the grace period of 30 days ends")
    return StatusReport(
      name: "console", unit: "nginx.service", profile: "nginx", state: "good",
      channels: [
        .init(
          name: "console", protocol: "http", ports: [8020, 8383],
          address: "http://ec.example.com:8020/"),
        .init(
          name: "agents", protocol: "https", ports: [8383],
          address: "https://ec.example.com:8383/"),
        .init(
          name: "remote-control", protocol: "https", ports: [8443],
          address: "https://ec.example.com:8443/"),
      ],
      certificate: .init(
        source: "self-signed", issuer: "self-signed",
        sha256: "5f0c1d2e3a4b5968778695a4b3c2d1e0f00112233445566778899aabbccddeef",
        notBefore: "2026-02-27T06:30:00Z", notAfter: "2027-02-27T06:30:00Z", daysLeft: 363,
        names: ["ec.example.com", "192.0.2.10"]),
      trustedCommunication: .init(wanted: false, inForce: false, reason: nil),
      enforcement: .init(state: "grace", at: "2026-03-30T06:30:00Z"),
      generation: .init(current: 1, candidate: nil, trial: false),
      lastAction: .init(
        kind: "reload", at: "2026-02-28T06:30:05Z", result: "done", reason: "adopted"),
      notices: [], next: enforce,
      plan: .init(steps: [enforce], wakeAt: "2026-03-02T06:30:00Z"), activeState: "active",
      origins: [
        "unit": "/etc/supervisord-ec/services.d/console.toml",
        "profile": "/etc/supervisord-ec/services.d/console.toml",
        "channels.console.https_port": World.dropIn,
      ])
  }

  /// HTTPS is in force since yesterday.
  static var enforced: StatusReport {
    var report = grace
    report.channels[0].protocol = "https"
    report.channels[0].ports = [8383]
    report.channels[0].address = "https://ec.example.com:8383/"
    report.enforcement = .init(state: "enforced", at: "2026-02-28T06:30:00Z")
    report.generation = .init(current: 2, candidate: nil, trial: false)
    report.lastAction = .init(
      kind: "reload", at: "2026-02-28T06:30:02Z", result: "done",
      reason: "the grace period ended")
    report.next = .init(
      what: "open the renewal window", at: "2027-01-28T06:30:00Z",
      why: "the certificate ends 30 days later")
    report.plan = .init(steps: [], wakeAt: "2026-03-02T06:30:00Z")
    return report
  }

  /// 12 days are left, and a new certificate is staged.
  static var expiring: StatusReport {
    var report = enforced
    report.certificate?.notBefore = "2025-03-13T07:00:00Z"
    report.certificate?.notAfter = "2026-03-13T07:00:00Z"
    report.certificate?.daysLeft = 12
    report.generation.candidate = 3
    report.notices = [
      .init(
        code: "expires-soon", severity: .warning, since: "2026-02-11T07:00:00Z",
        text: "the certificate ends in 12 days; restart \"nginx.service\" to renew it")
    ]
    let renew = StatusReport.Event(
      what: "serve generation 3 by a reload", at: "2026-03-10T07:00:00Z",
      why: "3 days are left then (force_before_expiry)")
    report.next = renew
    report.plan.steps = [renew]
    return report
  }

  /// The server refused a new port.
  static var rolledBack: StatusReport {
    var report = enforced
    report.state = "rolled-back"
    report.lastAction = .init(
      kind: "roll-back", at: "2026-03-01T06:28:00Z", result: "rolled-back",
      reason: "port 8384 did not answer with TLS within 30 s")
    report.notices = [
      .init(
        code: "info-only", severity: .info, since: "2026-03-01T06:28:00Z",
        text: "the same change is tried again when something changes"),
      .init(
        code: "rolled-back", severity: .error, since: "2026-03-01T06:28:00Z",
        text: "generation 3 was rolled back: port 8384 did not answer with TLS"),
    ]
    report.next = nil
    return report
  }

  /// The settings are not valid; nothing was ever staged, and the unit is down.
  static var blocked: StatusReport {
    var report = grace
    report.state = "blocked"
    report.activeState = "failed"
    report.certificate = nil
    report.lastAction = nil
    report.next = nil
    report.generation = .init(current: nil, candidate: nil, trial: false)
    report.trustedCommunication = .init(
      wanted: true, inForce: false, reason: "the certificate is self-signed")
    report.notices = [
      .init(
        code: "settings", severity: .error, since: "2026-03-01T06:29:00Z",
        text: "\"console.toml\", line 4: \"channels.console.http_port\" is 99999; accepted: 1-65535"
      )
    ]
    report.plan = .init(steps: [], wakeAt: nil)
    return report
  }

  /// So many services, good and bad.
  static func many(_ count: Int) -> [StatusReport] {
    (1...count).map { number in
      var report = [grace, enforced, expiring, rolledBack, blocked][number % 5]
      report.name = "site-\(number)"
      report.unit = "nginx-\(number).service"
      return report
    }
  }
}
