/// Decides.
///
/// Pure: no clock, file, bus or randomness; everything comes in as an argument.
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
    var facts = Facts(observation, state: state, progress: progress)
    var step: Step?
    if progress.running == nil {
      step = nextStep(facts)
      let boottime = observation.clock.boottime
      let held = progress.held.filter {
        boottime < $0.value.until || step?.isSame(as: $0.value.step) ?? false
      }
      if held.count < progress.held.count {
        // What is not held any more is not told any more.
        progress.held = held
        facts = Facts(observation, state: state, progress: progress)
      }
    }
    let upcoming = upcomingSteps(facts, step: step ?? progress.running)
    return Plan(
      step: step, upcoming: upcoming, notices: notices(facts),
      wakeAt: wakeAt(facts, upcoming: upcoming),
      condition: condition(facts, step: step ?? progress.running), wanted: facts.wantedListen,
      enforcementAt: facts.isEnforced ? nil : facts.enforcementAt)
  }

  /// The one step that is due; nil if there is nothing to do now.
  ///
  /// The order is the policy.
  static func nextStep(_ facts: Facts) -> Step? {
    guard facts.observation.adoption != nil, facts.settings != nil else {
      return facts.unheld(refusal(facts))
    }
    if let step = facts.unheld(ratchetStep(facts)) { return step }
    guard facts.observation.profile != nil, facts.observation.newerCurrent == nil else {
      return facts.unheld(refusal(facts))
    }
    switch facts.observation.unit.activity {
    case .unknown, .away: return nil
    case .changing: return facts.isStuck ? facts.unheld(stuckStep(facts)) : nil
    case .notFound, .masked: return facts.unheld(refusal(facts))
    case .active, .inactive, .failed: break
    }
    if let step = facts.unheld(trialStep(facts)) { return step }
    // Of a stopped unit nothing can be proved; requests are answered and changes made ready.
    let isStopped = facts.observation.unit.activity == .inactive
    if facts.isOnTrial && !facts.trialIsStuck && !isStopped { return nil }
    // What was brought back is served before anything else is begun.
    if let step = facts.unheld(restoreStep(facts)) { return step }
    if let step = facts.unheld(answerStep(facts)) { return step }
    if let expression = facts.calendarToRead,
      let step = facts.unheld(.readCalendar(expression))
    {
      return step
    }
    if let step = facts.unheld(changeStep(facts)) { return step }
    if let step = facts.unheld(verifyStep(facts)) { return step }
    return facts.unheld(pruneStep(facts))
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
      ![.unknown, .away].contains(facts.observation.unit.activity)
      && facts.observation.unit.activity != .notFound
    if facts.isFirstSightWrong && isKnown && !facts.clockInDoubt {
      return .recordFirstSight(at: facts.possibleNow)
    }
    let settings = facts.observation.settings
    let mayWriteDropIn =
      !settings.dropInHasProtocol && settings.dropInWritable
      && facts.progress.dropInTried != settings.digest
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
    case .unknown: return .probe(generation: current.number, within: facts.firstLookWithin)
    case .unapplied: return applyStep(facts, to: current)
    case .applied: return .probe(generation: current.number, within: facts.verifyWithin)
    case .good: return .commit(generation: current.number)
    case .bad(_, afterApply: false): return applyStep(facts, to: current)
    case .bad(let reason, afterApply: true):
      return rollBack(facts, from: current, reason: reason)
    }
  }

  /// The unit neither comes up nor goes down: a generation on trial is to blame and goes back, so
  /// that the next start has a good one.
  ///
  /// No job is asked for: it would end somebody else's.
  static func stuckStep(_ facts: Facts) -> Step? {
    if facts.isOnTrial, let current = facts.observation.current,
      let step = rollBack(
        facts, from: current, reason: "\(facts.unitName) does not come up with it")
    {
      return step
    }
    return refusal(facts)
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
    guard facts.observation.unit.activity == .active, !facts.reloadIsUseless,
      !facts.owesRestart, !facts.needsRestart(from: before, to: generation)
    else { return .restart }
    return .reload
  }

  /// Stage → look up ports → check → switch, or restart where a reload does not serve.
  static func changeStep(_ facts: Facts) -> Step? {
    guard let order = facts.order else { return nil }
    if order.urgency == .now && facts.isBlocked(order.order) { return nil }
    guard let candidate = facts.observation.candidate, facts.satisfies(candidate, order.order)
    else { return facts.isBlocked(order.order) ? nil : .stage(order.order) }
    switch order.urgency {
    case .atRestart: return nil
    case .later: return laterCheck(of: candidate, order.order, facts)
    case .now: break
    }
    let current = facts.observation.current
    let claims = facts.newClaims(of: candidate)
    if !claims.isEmpty && facts.progress.portsFree != candidate.number {
      return .lookUpPorts(generation: candidate.number, claims: claims)
    }
    // A reload of a configuration that the server refuses harms nothing, so a mere certificate is
    // not checked for it; after a restart the service would be down.
    let isRestart = current != nil && facts.needsRestart(from: current, to: candidate)
    if candidate.listen != current?.listen || isRestart || facts.isUnproved(order.order),
      facts.state.checked != candidate.number
    {
      return .check(generation: candidate.number)
    }
    guard facts.observation.unit.activity == .active, !facts.isOnHold(order.order)
    else { return nil }
    if isRestart { return .restart }
    return .switchCurrent(generation: candidate.number)
  }

  /// What waits for its moment is checked at once, so that there is time to mend what is refused.
  private static func laterCheck(
    of candidate: GenerationFacts, _ order: StageOrder, _ facts: Facts
  ) -> Step? {
    guard facts.state.checked != candidate.number, !facts.isBlocked(order) else { return nil }
    return .check(generation: candidate.number)
  }

  /// Until what was brought back is seen served nothing else is begun.
  ///
  /// A unit that failed on a generation of ours is started again on the good one, once.
  static func restoreStep(_ facts: Facts) -> Step? {
    guard !facts.isOnTrial, facts.observation.current != nil else { return nil }
    switch (facts.observation.unit.activity, facts.progress.served) {
    case (.failed, .unapplied): return .restart
    case (.failed, .unknown) where facts.isRestoring: return .restart
    case (.active, .unapplied), (.active, .applied): return verifyStep(facts)
    case (.active, .unknown) where facts.isRestoring: return verifyStep(facts)
    case (.active, .bad(_, afterApply: false)) where facts.isRestoring: return verifyStep(facts)
    default: return nil
    }
  }

  /// Makes sure that what is committed is also what is served; reloads once if it is not.
  static func verifyStep(_ facts: Facts) -> Step? {
    guard let current = facts.observation.current, facts.observation.unit.activity == .active
    else { return nil }
    let gentlest: Step = facts.reloadIsUseless ? .restart : .reload
    let isAsked = facts.isRestartAsked
    switch facts.progress.served {
    case .unapplied: return applyStep(facts, to: current)
    case .unknown where !isAsked:
      return .probe(generation: current.number, within: facts.firstLookWithin)
    case .applied where !isAsked:
      return .probe(generation: current.number, within: facts.verifyWithin)
    case .bad(_, afterApply: false) where facts.isRestoring || facts.owesRestart:
      return applyStep(facts, to: current)
    case .bad(_, afterApply: false): return facts.hold == nil || isAsked ? gentlest : nil
    case .good, .bad(_, afterApply: true), .unknown, .applied: return isAsked ? gentlest : nil
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
