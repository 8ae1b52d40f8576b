extension Planner {
  /// A step begins: nothing else begins before its result.
  public static func begin(_ step: Step, progress: inout Progress) {
    progress.running = step
    if case .restart = step { progress.lookAgain = nil }
  }

  /// Takes in how the step under way ended; answers what an operator should read of it.
  ///
  /// `observation` is the one that the step was planned from.
  public static func absorb(
    _ result: StepResult, of step: Step, observation: Observation, state: inout ServiceState,
    progress: inout Progress
  ) -> [Event] {
    progress.running = nil
    let facts = Facts(observation, state: state, progress: progress)
    switch result {
    case .done:
      return absorbSuccess(of: step, facts, state: &state, progress: &progress)
    case .failed(let reason):
      return absorbFailure(reason, of: step, facts, state: &state, progress: &progress)
    case .noAnswer(let reason):
      // Whether it happened is not known: look again, and count it as a failed try.
      return absorbFailure(reason, of: step, facts, state: &state, progress: &progress)
    }
  }

  private static func absorbSuccess(
    of step: Step, _ facts: Facts, state: inout ServiceState, progress: inout Progress
  ) -> [Event] {
    switch step {
    case .recordFirstSight:
      progress.ratchetFailed = nil
      return [firstSight(facts)]
    case .enforce(let since, let writeRatchet, _, let why):
      progress.ratchetFailed = nil
      guard writeRatchet else { return [] }
      return [Event(code: .enforced, text: enforcedText(facts, since: since, why: why))]
    case .stage, .prune: return []
    case .lookUpPorts(let generation, _): progress.portsFree = generation
    case .check(let generation): state.checked = generation
    case .switchCurrent(let generation):
      progress.served = .unapplied
      progress.servedGeneration = generation
    case .reload, .restart:
      applied(step, facts, progress: &progress)
      return restartOutcome(step, facts, progress: &progress)
    case .probe: return absorbGoodProbe(facts, state: &state, progress: &progress)
    case .commit(let generation):
      return [commit(generation, facts, state: &state, progress: &progress)]
    case .rollBack(let from, let to, let reason):
      return [rolledBack(from: from, to: to, reason, facts, state: &state, progress: &progress)]
    case .answer(let request, let done, let text):
      let outcome = done ? "done" : "refused"
      return [
        Event(code: .answered, text: "\(request.verb.rawValue) asked for: \(outcome): \(text)")
      ]
    }
    return []
  }

  private static func firstSight(_ facts: Facts) -> Event {
    let period = facts.settings?.plain.enforceAfter ?? 0
    return Event(
      code: .firstSight,
      text: "\(facts.unitName) was seen for the first time; HTTPS is enforced in "
        + "\(Timestamp.spanText(period)), on \(Timestamp.text(facts.now + period))")
  }

  private static func enforcedText(_ facts: Facts, since: UnixSeconds, why: String) -> String {
    "HTTPS is enforced for \(facts.unitName) since \(Timestamp.text(since)), for good: \(why)"
  }

  private static func applied(_ step: Step, _ facts: Facts, progress: inout Progress) {
    progress.served = .applied
    progress.servedInvocation = nil
    progress.appliedKind = step.kind == .restart ? .restart : .reload
    progress.actionPending = true
    progress.appliedFor = facts.observation.requests.first?.id
    if step.kind == .restart { progress.servedGeneration = nil }
  }

  /// A restart for a candidate remembers it, so that a preparation that did not switch is noticed.
  private static func restartOutcome(
    _ step: Step, _ facts: Facts, progress: inout Progress
  ) -> [Event] {
    guard step.kind == .restart, !facts.isOnTrial, let order = facts.order, order.urgency == .now,
      let candidate = facts.observation.candidate, facts.satisfies(candidate, order.order)
    else { return [] }
    progress.restartedFor = candidate.number
    return []
  }

  private static func absorbGoodProbe(
    _ facts: Facts, state: inout ServiceState, progress: inout Progress
  ) -> [Event] {
    progress.served = .good
    progress.lookAgain = nil
    guard !facts.isOnTrial, progress.actionPending else { return [] }
    progress.actionPending = false
    if state.lastAction?.kind == .rollBack && state.lastAction?.result == .rolledBack { return [] }
    state.lastAction = LastAction(
      kind: progress.appliedKind, at: facts.now, result: .done,
      reason: facts.observation.requests.isEmpty
        ? "what was served was not the current generation" : "asked for on the command line")
    return []
  }

  private static func commit(
    _ generation: Int, _ facts: Facts, state: inout ServiceState, progress: inout Progress
  ) -> Event {
    state.committed = (state.committed.filter { $0 != generation } + [generation])
      .suffix(4 * Limits.keptGenerations)
    state.failure = nil
    let why = facts.observation.current?.why ?? "it answers on every channel"
    state.lastAction = LastAction(
      kind: progress.appliedKind, at: facts.now, result: .done, reason: why)
    let how =
      switch progress.appliedKind {
      case .restart: "after a restart"
      case .reload: "after a reload"
      case .switch: "from the last start of the unit on"
      case .rollBack: "after a roll-back"
      }
    progress.actionPending = false
    progress.appliedKind = .switch
    progress.restartedFor = nil
    return Event(
      code: .committed,
      text: "generation \(generation) is served on every channel, \(how): \(why)",
      generation: generation)
  }

  private static func rolledBack(
    from: Int, to: Int, _ reason: String, _ facts: Facts, state: inout ServiceState,
    progress: inout Progress
  ) -> Event {
    progress.served = .unapplied
    progress.servedGeneration = to
    progress.portsFree = nil
    state.checked = nil
    let text = "generation \(from) was rolled back to \(to): \(reason)"
    if let current = facts.observation.current, let good = facts.observation.lastGood {
      state.failure = Failure(
        kind: .probe, listen: current.listen,
        newCertificate: current.certificate.sha256 != good.certificate.sha256,
        attempts: attempts(state.failure, current.listen) + 1, at: facts.now,
        context: facts.failureContext, rolledBack: true, text: text)
    }
    state.lastAction = LastAction(
      kind: .rollBack, at: facts.now, result: .rolledBack, reason: reason)
    return Event(code: .rolledBack, text: text, generation: from)
  }

  static func attempts(_ failure: Failure?, _ listen: ListenTarget) -> Int {
    guard let failure, failure.listen == listen else { return 0 }
    return failure.attempts
  }
}
