/// What is kept and what is forgotten before each decision.
extension Planner {
  /// Keeps the last valid settings and forgets what spoke of another run of the unit.
  static func remember(
    _ observation: Observation, state: inout ServiceState, progress: inout Progress
  ) {
    if case .valid(let settings) = observation.settings.outcome {
      state.lastValidSettings = settings
    }
    progress.changingSince =
      observation.unit.activity == .changing
      ? progress.changingSince ?? observation.clock.boottime : nil
    // While a step runs, its result decides; a run of the unit in between is our own doing.
    guard progress.running == nil else { return }
    let number = observation.current?.number
    let invocation = observation.unit.invocation
    noticeMissedPreparation(observation, state: &state, progress: &progress)
    let isSameRun = (progress.servedInvocation ?? invocation) == invocation
    if !isSameRun || (progress.servedGeneration ?? number) != number {
      progress.served = .unknown
      progress.lookAgain = nil
    }
    if !isSameRun { progress.isFreshRun = true }
    progress.servedGeneration = number
    progress.servedInvocation = invocation
    lookAgainIfDue(Facts(observation, state: state, progress: progress), progress: &progress)
    if let tried = progress.dropInTried {
      let isRead = tried != observation.settings.digest
      if isRead { progress.dropInAttempts = 0 }
      if isRead || observation.clock.boottime >= progress.dropInAgain { progress.dropInTried = nil }
    }
    if observation.unit.activity == .inactive { state.restoring = nil }
    forgetWhatIsOver(Facts(observation, state: state, progress: progress), &state, &progress)
  }

  /// Something that is not served is looked at again and again, and reloaded now and then: what was
  /// in the way, a port for example, may be gone.
  ///
  /// It is never restarted for that, unless a restart that it needs had no effect.
  private static func lookAgainIfDue(_ facts: Facts, progress: inout Progress) {
    guard let again = progress.lookAgain, again.at <= facts.observation.clock.boottime,
      case .bad(_, afterApply: true) = progress.served,
      !facts.isOnTrial || facts.rollBackTarget == nil
    else { return }
    let isRare = again.attempts % Limits.looksPerReload == 0
    let isGentle = facts.observation.current.map { applyStep(facts, to: $0) == .reload } ?? false
    let isApplied =
      isGentle ? again.attempts <= Limits.firstReloads || isRare : facts.owesRestart && isRare
    progress.served = isApplied ? .unknown : .applied
  }

  /// Notices stand as long as their cause: what is mended by now is forgotten here.
  private static func forgetWhatIsOver(
    _ facts: Facts, _ state: inout ServiceState, _ progress: inout Progress
  ) {
    if let order = facts.order?.order, let candidate = facts.observation.candidate,
      facts.satisfies(candidate, order)
    {
      state.forget { $0.kind == .stage && $0.listen == order.listen }
    }
    // It waits for somebody's restart and is not tried before, so there is nothing to warn of.
    if facts.order?.urgency == .atRestart && !facts.isOnTrial {
      state.forget {
        $0.kind != .stage && !($0.at..<$0.at + $0.pause).contains(facts.now)
      }
    }
    // Nor is what waits for a moment of its own: an older try with another certificate was for the
    // same channels, and is over.
    if facts.order?.urgency == .later && !facts.isOnTrial {
      state.forget {
        !$0.isHarmlessToRetry && !($0.at..<$0.at + $0.pause).contains(facts.now)
      }
    }
    guard let failed = progress.ratchetFailed,
      facts.observation.clock.boottime >= failed.retryAt
    else { return }
    progress.ratchetFailed = nil
    let again = Facts(facts.observation, state: state, progress: progress)
    if ratchetStep(again) != nil { progress.ratchetFailed = failed }
  }

  /// After a restart of ours the candidate should be current: if not, the preparation is broken,
  /// and another restart would not help.
  static func noticeMissedPreparation(
    _ observation: Observation, state: inout ServiceState, progress: inout Progress
  ) {
    guard let number = progress.restartedFor, let candidate = observation.candidate,
      candidate.number == number
    else { return }
    switch observation.unit.activity {
    case .unknown, .away, .changing: return
    // Somebody stopped it just before, so it was not restarted at all.
    case .inactive: return progress.restartedFor = nil
    case .notFound, .masked, .active, .failed: progress.restartedFor = nil
    }
    let facts = Facts(observation, state: state, progress: progress)
    // Preparation may have made a generation of its own, renewed as well.
    guard let order = facts.order, order.urgency == .now, facts.satisfies(candidate, order.order)
    else { return }
    let isNew = order.order.newCertificate
    state.remember(
      Failure(
        kind: .preparation, listen: candidate.listen, newCertificate: isNew,
        attempts: state.attempts(candidate.listen, newCertificate: isNew) + 1, at: facts.now,
        context: facts.failureContext, rolledBack: false,
        text: "\(facts.unitName) was restarted but supervisord-ec-prepare@\(facts.name).service did"
          + " not switch to generation \(number); see: journalctl -u"
          + " supervisord-ec-prepare@\(facts.name).service"))
  }
}
