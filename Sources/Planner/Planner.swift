/// Decides. Pure: no clock, file, bus or randomness; everything comes in as an argument.
///
/// `plan` is asked after every event and every finished step. It is level-triggered: it looks at
/// how things are, never at what happened, so a lost or doubled event cannot lose a change.
public enum Planner {
  /// Answers what to do now, what comes next, what to tell, and when to ask again.
  public static func plan(
    _ observation: Observation, state: inout ServiceState, progress: inout Progress
  ) -> Plan {
    lookAtClock(observation.clock, state: &state, progress: &progress)
    remember(observation, state: &state, progress: &progress)
    let facts = Facts(observation, state: state, progress: progress)
    var step: Step?
    if progress.running == nil { step = nextStep(facts) }
    let upcoming = upcomingSteps(facts, step: step ?? progress.running)
    return Plan(
      step: step, upcoming: upcoming, notices: notices(facts),
      wakeAt: wakeAt(facts, upcoming: upcoming),
      condition: condition(facts, step: step ?? progress.running), wanted: facts.wantedListen,
      enforcementAt: facts.isEnforced ? nil : facts.enforcementAt)
  }

  /// Keeps the last valid settings and forgets what spoke of another run of the unit.
  static func remember(
    _ observation: Observation, state: inout ServiceState, progress: inout Progress
  ) {
    if case .valid(let settings) = observation.settings.outcome {
      state.lastValidSettings = settings
    }
    // While a step runs, its result decides; a run of the unit in between is our own doing.
    guard progress.running == nil else { return }
    let number = observation.current?.number
    let invocation = observation.unit.invocation
    noticeMissedPreparation(observation, state: &state, progress: &progress)
    let isSame =
      (progress.servedGeneration ?? number) == number
      && (progress.servedInvocation ?? invocation) == invocation
    if !isSame {
      progress.served = .unknown
      progress.lookAgain = nil
    }
    progress.servedGeneration = number
    progress.servedInvocation = invocation
    if let again = progress.lookAgain, again.at <= observation.clock.boottime,
      case .bad(_, afterApply: true) = progress.served
    {
      progress.served = .unknown
    }
  }

  /// After a restart of ours the candidate should be current: if not, the preparation is broken,
  /// and another restart would not help.
  static func noticeMissedPreparation(
    _ observation: Observation, state: inout ServiceState, progress: inout Progress
  ) {
    guard let number = progress.restartedFor, let candidate = observation.candidate,
      candidate.number == number
    else { return }
    progress.restartedFor = nil
    let facts = Facts(observation, state: state, progress: progress)
    state.failure = Failure(
      kind: .preparation, listen: candidate.listen,
      newCertificate: candidate.certificate.sha256 != observation.current?.certificate.sha256,
      attempts: attempts(state.failure, candidate.listen) + 1, at: facts.now,
      context: facts.failureContext, rolledBack: false,
      text: "\(facts.unitName) was restarted but supervisord-ec-prepare@\(facts.name).service did"
        + " not switch to generation \(number); see: journalctl -u"
        + " supervisord-ec-prepare@\(facts.name).service")
  }

  /// The one step that is due; nil if there is nothing to do now. The order is the policy.
  static func nextStep(_ facts: Facts) -> Step? {
    guard facts.observation.adoption != nil, facts.settings != nil else {
      return refusal(facts)
    }
    if let step = ratchetStep(facts) { return step }
    guard facts.observation.profile != nil else { return refusal(facts) }
    switch facts.observation.unit.activity {
    case .unknown, .changing: return nil
    case .notFound, .masked: return refusal(facts)
    case .active, .inactive, .failed: break
    }
    if let step = trialStep(facts) { return step }
    if facts.isOnTrial && !facts.trialIsStuck { return nil }
    if let step = answerStep(facts) { return step }
    if let step = changeStep(facts) { return step }
    if let step = verifyStep(facts) { return step }
    return pruneStep(facts)
  }

  /// Requests for a service that cannot be helped are answered, never left waiting.
  static func refusal(_ facts: Facts) -> Step? {
    guard let request = facts.observation.requests.first else { return nil }
    let reason =
      facts.observation.adoption == nil
      ? "\"\(request.name)\" is not adopted; run: supervisord-ec adopt UNIT --profile PROFILE"
      : notices(facts).first { $0.severity == .error }?.text ?? "the service cannot be acted on now"
    return .answer(request: request, done: false, text: reason)
  }

  /// First sight, enforcement, and keeping both of its records.
  static func ratchetStep(_ facts: Facts) -> Step? {
    guard case .readable(let ratchet) = facts.observation.ratchet else { return nil }
    if let failed = facts.progress.ratchetFailed,
      facts.observation.clock.boottime < failed.retryAt
    {
      return nil
    }
    let isKnown =
      facts.observation.unit.activity != .unknown
      && facts.observation.unit.activity != .notFound
    if ratchet.firstSeen == nil && isKnown && !facts.clockInDoubt {
      return .recordFirstSight(at: facts.now)
    }
    let settings = facts.observation.settings
    let mayWriteDropIn =
      !settings.dropInHasProtocol && settings.dropInWritable
      && facts.progress.dropInFailed != settings.digest
    if let since = ratchet.enforcedSince {
      guard mayWriteDropIn else { return nil }
      return .enforce(
        since: since, writeRatchet: false, writeDropIn: true,
        why: "the record in 90-set.toml was missing")
    }
    guard let why = facts.reasonToEnforce else { return nil }
    return .enforce(since: facts.now, writeRatchet: true, writeDropIn: mayWriteDropIn, why: why)
  }

  /// While `current` has not proved itself: apply, probe, commit or roll back.
  static func trialStep(_ facts: Facts) -> Step? {
    guard facts.isOnTrial, let current = facts.observation.current else { return nil }
    let unit = facts.observation.unit.activity
    if unit == .failed {
      return rollBack(facts, from: current, reason: "\(facts.unitName) failed to run with it")
    }
    guard unit == .active else { return nil }
    switch facts.progress.served {
    case .unknown: return .probe(generation: current.number, within: Limits.firstLook)
    case .unapplied: return applyStep(facts, to: current)
    case .applied: return .probe(generation: current.number, within: facts.verifyWithin)
    case .good: return .commit(generation: current.number)
    case .bad(_, afterApply: false): return applyStep(facts, to: current)
    case .bad(let reason, afterApply: true):
      return rollBack(facts, from: current, reason: reason)
    }
  }

  static func rollBack(_ facts: Facts, from current: GenerationFacts, reason: String) -> Step? {
    guard let good = facts.rollBackTarget else { return nil }
    return .rollBack(from: current.number, to: good.number, reason: reason)
  }

  /// The gentlest of reload and restart that serves the change to `generation`.
  static func applyStep(_ facts: Facts, to generation: GenerationFacts) -> Step {
    let before =
      facts.observation.lastGood?.number == generation.number
      ? facts.observation.candidate : facts.observation.lastGood
    guard facts.observation.unit.activity == .active,
      !facts.needsRestart(from: before, to: generation)
    else { return .restart }
    return .reload
  }

  /// A request whose outcome is known is answered.
  static func answerStep(_ facts: Facts) -> Step? {
    guard let request = facts.observation.requests.first else { return nil }
    let unit = facts.unitName
    let order = facts.order
    if let order, let failure = facts.state.failure, failure.at >= request.at,
      facts.isBlocked(order.order)
    {
      return .answer(request: request, done: false, text: failure.text)
    }
    guard facts.observation.unit.activity == .active else {
      guard request.verb == .renew else {
        let text = "\(unit) is not running; start it with: systemctl start \(unit)"
        return .answer(request: request, done: false, text: text)
      }
      guard let order, let candidate = facts.observation.candidate,
        facts.satisfies(candidate, order.order)
      else { return nil }
      let text = "the new certificate is staged; \(unit) serves it from its next start"
      return .answer(request: request, done: true, text: text)
    }
    if case .bad(let reason, afterApply: true) = facts.progress.served {
      return .answer(request: request, done: false, text: reason)
    }
    guard facts.progress.served == .good, order?.urgency != .now,
      let current = facts.observation.current
    else { return nil }
    switch request.verb {
    case .renew:
      let text = "the new certificate is served: SHA-256 \(current.certificate.sha256)"
      return .answer(request: request, done: true, text: text)
    case .restart:
      guard facts.progress.appliedFor == request.id else { return nil }
      let text = "\(unit) serves generation \(current.number) on every channel"
      return .answer(request: request, done: true, text: text)
    }
  }

  /// Stage → look up ports → check → switch, or restart where a reload does not serve.
  static func changeStep(_ facts: Facts) -> Step? {
    guard let order = facts.order else { return nil }
    if order.urgency == .now && facts.isBlocked(order.order) { return nil }
    guard let candidate = facts.observation.candidate, facts.satisfies(candidate, order.order)
    else { return facts.isBlocked(order.order) ? nil : .stage(order.order) }
    guard order.urgency == .now else { return nil }
    let current = facts.observation.current
    let claims = facts.newClaims(of: candidate)
    if !claims.isEmpty && facts.progress.portsFree != candidate.number {
      return .lookUpPorts(generation: candidate.number, claims: claims)
    }
    if candidate.listen != current?.listen && facts.state.checked != candidate.number {
      return .check(generation: candidate.number)
    }
    guard facts.observation.unit.activity == .active else { return nil }
    if facts.needsRestart(from: current, to: candidate) && current != nil { return .restart }
    return .switchCurrent(generation: candidate.number)
  }

  /// Makes sure that what is committed is also what is served; reloads once if it is not.
  static func verifyStep(_ facts: Facts) -> Step? {
    guard let current = facts.observation.current else { return nil }
    let unit = facts.observation.unit.activity
    if unit == .failed, facts.progress.served == .unapplied { return .restart }
    guard unit == .active else { return nil }
    if let request = facts.observation.requests.first, request.verb == .restart,
      facts.progress.appliedFor != request.id
    {
      return .reload
    }
    switch facts.progress.served {
    case .unknown: return .probe(generation: current.number, within: Limits.firstLook)
    case .unapplied: return applyStep(facts, to: current)
    case .applied: return .probe(generation: current.number, within: facts.verifyWithin)
    case .bad(_, afterApply: false): return .reload
    case .good, .bad(_, afterApply: true): return nil
    }
  }

  /// Old generations go, but never the last five good ones, nor one in use.
  static func pruneStep(_ facts: Facts) -> Step? {
    guard facts.progress.served == .good else { return nil }
    var keep = Set(facts.state.committed.suffix(Limits.keptGenerations))
    if let current = facts.observation.current { keep.insert(current.number) }
    var drop = false
    if let candidate = facts.observation.candidate {
      drop = facts.order.map { !facts.satisfies(candidate, $0.order) } ?? true
      if !drop { keep.insert(candidate.number) }
    }
    guard drop || !Set(facts.observation.generationsOnDisk).isSubset(of: keep) else { return nil }
    return .prune(keep: keep.sorted(), dropCandidate: drop)
  }
}
