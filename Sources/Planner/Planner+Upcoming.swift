extension Planner {
  /// What happens next: the step now, what follows it, then what waits for its moment.
  static func upcomingSteps(_ facts: Facts, step: Step?) -> [PlannedStep] {
    guard facts.observation.adoption != nil, facts.observation.newerCurrent == nil else {
      return []
    }
    var steps: [PlannedStep] = []
    if let step { steps += following(step, facts) }
    steps += timed(facts)
    return steps
  }

  /// The step and what it leads to, as far as that can be known: nothing that touches the service
  /// is done that was not named here before.
  private static func following(_ step: Step, _ facts: Facts) -> [PlannedStep] {
    let why = why(step, facts)
    let first = PlannedStep(kind: step.kind, what: text(step, facts), at: facts.now, why: why)
    var kinds: [StepKind] = []
    for kind in leadsTo(step, facts) where kind != step.kind && !kinds.contains(kind) {
      kinds.append(kind)
    }
    return [first] + kinds.map { PlannedStep(kind: $0, what: text($0, facts), why: why) }
  }

  private static func leadsTo(_ step: Step, _ facts: Facts) -> [StepKind] {
    let order = facts.order
    let change = changeKinds(facts, enforced: false)
    let staged: [StepKind] =
      switch order?.urgency {
      case .atRestart: []
      case .later: [.check]
      case .now, nil: change
      }
    switch step {
    case .recordFirstSight, .readCalendar, .prune, .answer, .commit: return pendingKinds(facts)
    case .enforce: return changeKinds(facts, enforced: true) + pendingKinds(facts)
    case .stage: return staged + pendingKinds(facts)
    case .check where order?.urgency == .later: return pendingKinds(facts)
    case .lookUpPorts, .check, .switchCurrent:
      return change.drop { $0 != step.kind } + pendingKinds(facts)
    case .reload, .restart: return [.probe, .commit, .rollBack] + pendingKinds(facts)
    case .probe: return [.commit, .reload, .restart, .rollBack] + pendingKinds(facts)
    case .rollBack: return [.reload, .restart, .probe]
    }
  }

  /// What is due once the step at hand is done.
  private static func pendingKinds(_ facts: Facts) -> [StepKind] {
    var kinds: [StepKind] = []
    if facts.order?.urgency == .later { kinds += [.stage, .check] }
    if let order = facts.order, order.urgency == .now, !facts.isBlocked(order.order) {
      kinds += changeKinds(facts, enforced: false)
    }
    if facts.progress.served != .good && facts.observation.unit.activity != .inactive {
      kinds +=
        facts.isOnTrial || facts.isRestoring || facts.owesRestart
        ? [.reload, .restart] : []
      kinds += [facts.reloadIsUseless ? .restart : .reload, .probe, .commit, .rollBack]
    }
    kinds += facts.observation.requests.flatMap { requestKinds($0, facts) }
    return kinds
  }

  /// What a waiting request leads to: a renewal too, if one is due at a restart.
  ///
  /// A reload for another request leaves one to renew as it is, and one to restart that has its
  /// turn later still renews what is due then.
  private static func requestKinds(_ request: Request, _ facts: Facts) -> [StepKind] {
    let isMade =
      facts.observation.current.map { facts.isMade($0.certificate, for: request) } ?? false
    let isApplied = facts.progress.appliedFor.contains(request.id)
    let isRenewed = request.verb == .renew || facts.reasonAtRestart != nil
    guard !isApplied || (isRenewed && !isMade) else { return [] }
    return (isRenewed ? [.stage, .check] + renewalKinds(facts) : [])
      + [facts.reloadIsUseless ? .restart : .reload, .probe, .commit, .rollBack]
  }

  private static func renewalKinds(_ facts: Facts) -> [StepKind] {
    let isReload = facts.observation.profile?.reloadServes.contains(.certificate) ?? false
    return isReload ? [.switchCurrent, .reload] : [.restart]
  }

  /// The whole way of a change, with the gentlest of reload and restart that serves it.
  private static func changeKinds(_ facts: Facts, enforced: Bool) -> [StepKind] {
    let before: [StepKind] = [.stage, .lookUpPorts, .check]
    let after: [StepKind] = [.probe, .commit, .rollBack]
    guard let order = facts.order?.order, let current = facts.observation.current,
      !facts.isOnTrial
    else {
      return before + [.switchCurrent, .reload, .restart] + after
    }
    var listen = order.listen
    if enforced {
      for index in listen.channels.indices { listen.channels[index].plain?.proto = .https }
    }
    let certificate: Set<Aspect> = order.newCertificate ? [.certificate] : []
    let aspects = Facts.aspects(current.listen, listen).union(certificate)
    let isReload =
      facts.observation.unit.activity == .active && !facts.reloadIsUseless
      && !facts.owesRestart
      && aspects.isSubset(of: facts.observation.profile?.reloadServes ?? [])
    // Measured by another good one, a reload may not be enough.
    let isMeasured = facts.observation.lastGood?.number == current.number
    let apply: [StepKind] =
      isReload ? [.switchCurrent, .reload] + (isMeasured ? [] : [.restart]) : [.restart]
    // When the change cannot be made, the certificate alone is renewed.
    let isAlone = facts.reasonToRenew != nil && facts.wantedListen != current.listen
    return before + apply + (isAlone ? renewalKinds(facts) : []) + after
  }

  private static func why(_ step: Step, _ facts: Facts) -> String {
    switch step {
    case .enforce(_, _, _, let why): why
    case .rollBack(_, _, let reason): reason
    case .answer(let request, _, _): "\(request.verb.rawValue) was asked for"
    case .prune: "only the last \(Limits.keptGenerations) good generations are kept"
    case .recordFirstSight: "the grace period counts from first sight"
    case .readCalendar: "restart.window is set"
    case .stage(let order): order.why
    case .probe, .reload, .restart, .commit:
      facts.isOnTrial
        ? facts.observation.current?.why ?? "the current generation is on trial"
        : facts.order?.order.why ?? "only a probe tells what is served"
    case .lookUpPorts, .check, .switchCurrent:
      facts.order?.order.why ?? "the settings changed"
    }
  }

  private static func text(_ step: Step, _ facts: Facts) -> String {
    switch step {
    case .stage(let order):
      let what = order.newCertificate ? "with a new certificate" : "with the same certificate"
      return "write a generation \(what)"
    case .rollBack(let from, let to, _): return "roll generation \(from) back to \(to)"
    case .commit(let generation): return "keep generation \(generation)"
    case .switchCurrent(let generation): return "switch to generation \(generation)"
    default: return text(step.kind, facts)
    }
  }

  private static func text(_ kind: StepKind, _ facts: Facts) -> String {
    let unit = facts.unitName
    return switch kind {
    case .recordFirstSight: "remember when \(unit) was first seen"
    case .enforce: "enforce HTTPS, for good"
    case .readCalendar: "work out when the window opens"
    case .stage: "write a generation"
    case .lookUpPorts: "look who holds the new ports"
    case .check: "let the server check the configuration"
    case .switchCurrent: "switch to the new generation"
    case .reload: "reload \(unit)"
    case .restart: "restart \(unit)"
    case .probe: "probe every channel"
    case .commit: "keep the generation if every channel answers"
    case .rollBack: "roll back if a channel does not answer"
    case .prune: "remove old generations"
    case .answer: "answer a request"
    }
  }

  /// What waits for a moment or for somebody else's restart.
  private static func timed(_ facts: Facts) -> [PlannedStep] {
    var steps: [PlannedStep] = []
    if let order = facts.order, let until = facts.blockedUntil(order.order) {
      steps.append(
        PlannedStep(
          kind: .stage, what: "try again", at: until,
          why: facts.state.failure(of: order.order)?.text ?? order.order.why))
    }
    if let order = facts.order, order.urgency == .atRestart {
      steps.append(
        PlannedStep(
          kind: .restart, what: "serve a new certificate at the next restart of \(facts.unitName)",
          why: order.order.why))
    }
    steps += windows(facts)
    if let hold = facts.hold {
      let why = hold.reason ?? "a hold was set"
      steps.append(
        PlannedStep(
          kind: .reload, what: "go on after the hold", at: max(hold.until, facts.now),
          why: hold.until > facts.now ? why : "\(why); it waits for a believable clock"))
    }
    if !facts.isEnforced, let at = facts.enforcementAt {
      steps.append(
        PlannedStep(
          kind: .enforce, what: "enforce HTTPS, for good", at: max(at, facts.now),
          why: facts.clockInDoubt
            ? "the grace period; waits for a believable clock" : "the grace period ends"))
    }
    if let step = activation(facts) { steps.append(step) }
    if facts.settings != nil, facts.isSelfSigned, !facts.isBroughtWaiting,
      let certificate = facts.observation.current?.certificate
    {
      let window = certificate.notAfter - facts.renewalWindow
      if facts.now < window {
        steps.append(
          PlannedStep(
            kind: .stage, what: "stage a new certificate for the next restart", at: window,
            why: "the certificate expires on \(Timestamp.text(certificate.notAfter))"))
      }
      let force = certificate.notAfter - facts.forceBeforeExpiry
      if facts.now < force {
        steps.append(
          PlannedStep(
            kind: .reload, what: "renew the certificate without waiting for a restart", at: force,
            why: "force_before_expiry: the certificate expires on"
              + " \(Timestamp.text(certificate.notAfter))"))
      }
    }
    return steps.enumerated().sorted {
      ($0.element.at ?? facts.now, $0.offset) < ($1.element.at ?? facts.now, $1.offset)
    }.map(\.element)
  }

  /// When what was brought is served, and why then.
  private static func activation(_ facts: Facts) -> PlannedStep? {
    guard let brought = facts.brought, case .waits(let at, let isForced) = brought.standing
    else { return nil }
    let settings = facts.settings?.certificate
    let isFollowed = settings?.source == .followed
    let key = isFollowed ? "certificate.activate_after" : "certificate.activate_at"
    let moment = brought.askedFor.map { "\(key), which is \(Timestamp.text($0))" } ?? key
    let end = facts.observation.current.map { Timestamp.text($0.certificate.notAfter) } ?? ""
    let why =
      facts.clockInDoubt
      ? "\(moment); waits for a believable clock"
      : isForced
        ? "force_before_expiry: the present certificate expires on \(end), before \(moment)"
        : moment
    let what = "serve the \(isFollowed ? "followed" : "imported") certificate"
    return PlannedStep(kind: .reload, what: what, at: max(at, facts.now), why: why)
  }

  /// The next windows, and what waits for them.
  private static func windows(_ facts: Facts) -> [PlannedStep] {
    let waiting = facts.order.flatMap { $0.urgency == .atRestart ? $0.order.why : nil }
    return facts.nextWindows.prefix(Limits.shownWindows).map { at in
      guard let waiting else {
        let why = "restart.window; nothing waits for it so far"
        return PlannedStep(kind: .readCalendar, what: "the window opens", at: at, why: why)
      }
      return PlannedStep(
        kind: .reload, what: "serve the new certificate in the window", at: at, why: waiting)
    }
  }

  /// When the planner must be asked again at the latest.
  ///
  /// There always is a moment.
  static func wakeAt(_ facts: Facts, upcoming: [PlannedStep]) -> UnixSeconds {
    var moments = upcoming.compactMap(\.at).filter { $0 > facts.now }
    moments.append(facts.now + Limits.longestSleep)
    if let at = facts.nextWindow { moments.append(at) }
    if let at = facts.windowEnd { moments.append(at) }
    if let at = facts.enforcementAt, !facts.isEnforced {
      moments += Limits.enforcementNoticeDays.map { at - $0 * Limits.day }
    }
    let boottime = facts.observation.clock.boottime
    moments += [facts.state.failure, facts.state.otherFailure].compactMap {
      $0.map { $0.at + $0.pause }
    }
    if let first = facts.observation.requests.first { moments.append(first.at) }
    moments += facts.broughtNoticeMoments
    if let finding = facts.observation.followed?.finding { moments.append(finding.countsAt) }
    moments += facts.progress.held.values.map { facts.now + $0.until - boottime }
    if facts.progress.dropInTried != nil {
      moments.append(facts.now + facts.progress.dropInAgain - boottime)
    }
    if let again = facts.progress.lookAgain { moments.append(facts.now + again.at - boottime) }
    if let failed = facts.progress.ratchetFailed {
      moments.append(facts.now + failed.retryAt - boottime)
    }
    if let doubt = facts.progress.clock.doubt {
      moments += [doubt.until, doubt.since + Limits.clockAnswer].map { facts.now + $0 - boottime }
    }
    if let since = facts.progress.changingSince {
      moments.append(facts.now + since + Limits.longestChange - boottime)
    }
    return moments.filter { $0 > facts.now }.min() ?? facts.now + Limits.longestSleep
  }

  /// How the service does, for `status`.
  static func condition(_ facts: Facts, step: Step?) -> Plan.Condition {
    guard facts.observation.adoption != nil else { return .notAdopted }
    switch facts.observation.unit.activity {
    case .inactive: return .stopped
    case .failed where facts.progress.running == nil: return .failed
    case .notFound, .masked: return .blocked
    case .changing where facts.isStuck: return .blocked
    case .unknown, .away, .active, .changing, .failed: break
    }
    guard facts.settings != nil, facts.observation.profile != nil, facts.ratchet != nil,
      facts.observation.newerCurrent == nil
    else { return .blocked }
    if facts.isOnTrial { return facts.trialIsStuck ? .blocked : .onTrial }
    if facts.isRestoringNow { return .working }
    // Whatever was tried before: what should be served is not, so nothing is "rolled back" yet.
    if facts.progress.lookAgain != nil && facts.progress.served != .good { return .blocked }
    if let order = facts.order, order.urgency == .now, facts.isBlocked(order.order) {
      return facts.state.failure(of: order.order)?.rolledBack == true ? .rolledBack : .blocked
    }
    if case .invalid = facts.observation.settings.outcome { return .blocked }
    if let step, ![.prune, .answer, .readCalendar].contains(step.kind) { return .working }
    if let order = facts.order {
      let waitsForWindow = order.urgency == .atRestart && facts.nextWindow != nil
      if waitsForWindow || facts.isOnHold(order.order) { return .waiting }
    }
    if facts.clockInDoubt && !facts.isEnforced { return .waiting }
    return .good
  }
}
