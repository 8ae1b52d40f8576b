internal import Planner

extension StatusReport {
  /// The report of one service at one moment.
  init(
    name: String, observation: Observation, state: ServiceState, plan: Plan, notices: [Notice],
    origins: [String: String]
  ) {
    let facts = Facts(observation: observation, state: state, plan: plan)
    self.init(
      name: name, unit: facts.unit, profile: facts.profile, state: plan.condition.rawValue,
      channels: facts.channels, certificate: facts.certificate,
      trustedCommunication: facts.trusted,
      enforcement: facts.enforcement,
      generation: Generation(
        current: observation.current?.number, candidate: observation.candidate?.number,
        trial: facts.isOnTrial),
      lastAction: state.lastAction.map {
        LastAction(
          kind: $0.kind.rawValue, at: Timestamp.text($0.at), result: $0.result.rawValue,
          reason: $0.reason)
      },
      notices: notices.map {
        StandingNotice(
          code: $0.code, severity: $0.severity,
          since: Timestamp.text(state.noticesSince[$0.code] ?? observation.clock.realtime),
          text: $0.text)
      },
      next: plan.upcoming.first.map(Event.init),
      plan: PlanReport(
        steps: plan.upcoming.map(Event.init), wakeAt: Timestamp.text(plan.wakeAt)),
      activeState: [.unknown, .away].contains(observation.unit.activity)
        ? nil : observation.unit.activity.rawValue,
      origins: origins)
  }

  /// What the report shows, worked out of observation and plan.
  private struct Facts {
    let observation: Observation
    let state: ServiceState
    let plan: Plan

    var settings: ServiceSettings? { observation.settings.inForce(state) }
    var unit: String { observation.adoption?.unit ?? settings?.unit ?? "" }
    var profile: String { observation.adoption?.profile ?? settings?.profile ?? "" }
    var isOnTrial: Bool {
      observation.current.map { !state.committed.contains($0.number) } ?? false
    }

    /// What is served: the good generation's channels while another one is on trial.
    var listen: ListenTarget? {
      let served = isOnTrial ? observation.lastGood ?? observation.current : observation.current
      return served?.listen ?? plan.wanted
    }

    var channels: [Channel] {
      (listen?.channels ?? []).map { channel in
        let isPlain = channel.plain?.proto == .http
        var ports = [channel.httpsPort]
        if let plain = channel.plain, isPlain { ports.insert(plain.httpPort, at: 0) }
        let scheme = isPlain ? "http" : "https"
        return Channel(
          name: channel.name, protocol: scheme, ports: ports,
          address: "\(scheme)://\(host):\(ports[0])/")
      }
    }

    var host: String {
      let names = (observation.adoption?.serverNames ?? []) + (certificateFacts?.names ?? [])
      let plain = names.first {
        !$0.isEmpty && !$0.contains("*") && !$0.hasPrefix("~") && $0 != "_"
      }
      guard let plain else { return "localhost" }
      return plain.contains(":") ? "[\(plain)]" : plain
    }

    var certificateFacts: CertificateFacts? { observation.current?.certificate }

    var certificate: Certificate? {
      guard let current = observation.current else { return nil }
      let left = current.certificate.notAfter - observation.clock.realtime
      return Certificate(
        source: current.certificateTarget.source.rawValue,
        issuer: (current.certificate.issuer ?? .selfSigned).rawValue,
        sha256: current.certificate.sha256,
        notBefore: Timestamp.text(current.certificate.notBefore),
        notAfter: Timestamp.text(current.certificate.notAfter),
        daysLeft: Int((Double(left) / Double(Limits.day)).rounded(.down)),
        names: current.certificate.names)
    }

    var trusted: Trusted {
      let wanted = settings?.trustedCommunication ?? false
      let inForce = wanted && certificateFacts?.issuer == .publicCA
      return Trusted(
        wanted: wanted, inForce: inForce,
        reason: wanted && !inForce ? "it needs a public CA's certificate" : nil)
    }

    var enforcement: Enforcement {
      if case .readable(let ratchet) = observation.ratchet, let since = ratchet.enforcedSince {
        return Enforcement(state: "enforced", at: Timestamp.text(since))
      }
      let isEnforced = observation.lastGood?.listen.consoleProtocol == .https
      return Enforcement(
        state: isEnforced ? "enforced" : "grace", at: plan.enforcementAt.map(Timestamp.text))
    }
  }
}

extension StatusReport.Event {
  /// A planned step as an event of the report.
  init(_ step: PlannedStep) {
    self.init(what: step.what, at: step.at.map(Timestamp.text), why: step.why)
  }
}
