extension Planner {
  static func absorbFailure(
    _ reason: String, of step: Step, _ facts: Facts, state: inout ServiceState,
    progress: inout Progress
  ) -> [Event] {
    switch step {
    case .recordFirstSight, .enforce(_, true, _, _):
      let attempts = (progress.ratchetFailed?.attempts ?? 0) + 1
      let pause = Limits.pause(afterTries: attempts, first: Limits.ratchetRetry)
      progress.ratchetFailed = RatchetFailure(
        reason: reason, retryAt: facts.observation.clock.boottime + pause, attempts: attempts)
      return []
    case .enforce:
      triedDropIn(facts, progress: &progress)
      return []
    case .stage: return refuse(.stage, reason, facts, state: &state, progress: &progress)
    case .lookUpPorts:
      return refuse(.portTaken, reason, facts, state: &state, progress: &progress)
    case .check: return refuse(.refused, reason, facts, state: &state, progress: &progress)
    case .reload, .restart:
      return jobFailed(reason, of: step, facts, state: &state, progress: &progress)
    case .probe: return probeFailed(reason, facts, state: &state, progress: &progress)
    case .readCalendar, .switchCurrent, .commit, .rollBack, .prune, .answer:
      // The notice stands; the journal hears of it once.
      guard progress.held[step.kind]?.attempts ?? 1 == 1 else { return [] }
      return [
        Event(
          code: .failed, text: "\(step.kind.rawValue): \(reason); it is tried again by itself",
          reason: reason)
      ]
    }
  }

  /// Nothing was touched: the service runs on as before.
  static func refuse(
    _ kind: Failure.Kind, _ reason: String, _ facts: Facts, state: inout ServiceState,
    progress: inout Progress
  ) -> [Event] {
    progress.portsFree = nil
    state.checked = nil
    guard let order = facts.order?.order else {
      return [Event(code: .refused, text: reason)]
    }
    let isNew = order.newCertificate
    let known = state.failure(of: order)?.text == reason
    state.remember(
      Failure(
        kind: kind, listen: order.listen, newCertificate: isNew,
        attempts: state.attempts(order.listen, newCertificate: isNew) + 1, at: facts.now,
        context: facts.failureContext, rolledBack: false, text: reason))
    // The notice stands; the journal hears of the same refusal once.
    guard !known else { return [] }
    return [
      Event(
        code: .refused, text: "\(reason); nothing was changed (\(order.why))", reason: reason)
    ]
  }

  private static func jobFailed(
    _ reason: String, of step: Step, _ facts: Facts, state: inout ServiceState,
    progress: inout Progress
  ) -> [Event] {
    progress.served = .bad(reason: reason, afterApply: true)
    progress.servedInvocation = nil
    if step.kind == .restart { progress.servedGeneration = nil }
    progress.appliedKind = step.kind == .restart ? .restart : .reload
    progress.appliedFor = Set(facts.observation.requests.map(\.id))
    progress.isFreshRun = false
    lookAgainLater(reason, facts, progress: &progress)
    // A start that is owed is tried once. Whether preparation switched before it failed is seen at
    // the next look.
    state.restoring = facts.isOnTrial ? facts.rollBackTarget?.number : nil
    restartedForCandidate(step, facts, progress: &progress)
    state.lastAction = LastAction(
      kind: progress.appliedKind, at: facts.now, result: .failed, reason: reason)
    return [
      Event(
        code: .failed, text: "\(facts.unitName): \(step.kind.rawValue) failed: \(reason)",
        reason: reason)
    ]
  }

  private static func probeFailed(
    _ reason: String, _ facts: Facts, state: inout ServiceState, progress: inout Progress
  ) -> [Event] {
    let afterApply = facts.progress.served == .applied || isApplyingPointless(facts)
    progress.served = .bad(reason: reason, afterApply: afterApply)
    progress.isFreshRun = false
    guard afterApply else { return [] }
    let isNew = progress.lookAgain == nil
    lookAgainLater(reason, facts, progress: &progress)
    state.restoring = facts.isOnTrial ? facts.rollBackTarget?.number : nil
    if !facts.isOnTrial && state.lastAction?.kind == .rollBack {
      state.lastAction?.result = .failed
      state.lastAction?.reason = reason
    }
    guard isNew && facts.rollBackTarget == nil else { return [] }
    return [
      Event(
        code: .failed, text: "\(facts.unitName) does not serve as it should: \(reason)",
        reason: reason)
    ]
  }

  /// Whether a restart of ours would only repeat what was just seen: the service started on the
  /// generation on trial a moment ago, or runs on the good one and no reload would help.
  private static func isApplyingPointless(_ facts: Facts) -> Bool {
    guard let current = facts.observation.current, !facts.isRestoring, !facts.owesRestart else {
      return false
    }
    guard facts.isOnTrial else { return facts.reloadIsUseless }
    return facts.progress.isFreshRun && applyStep(facts, to: current) == .restart
  }

  private static func lookAgainLater(
    _ reason: String, _ facts: Facts, progress: inout Progress
  ) {
    let attempts = (progress.lookAgain?.attempts ?? 0) + 1
    let pause = Limits.pause(afterTries: attempts)
    progress.lookAgain = LookAgain(
      at: facts.observation.clock.boottime + pause, attempts: attempts, reason: reason)
  }
}
