extension Planner {
  /// A step begins: nothing else begins before its result.
  public static func begin(_ step: Step, progress: inout Progress) {
    progress.running = step
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
    holdRepeated(step, result, facts, progress: &progress)
    switch result {
    case .done:
      return absorbSuccess(of: step, facts, state: &state, progress: &progress)
    case .failed(let reason):
      return absorbFailure(reason, of: step, facts, state: &state, progress: &progress)
    case .noAnswer(let reason):
      switch step {
      case .reload, .restart: return absorbUnanswered(step, facts, &state, &progress)
      // The server was not even asked, so it refused nothing.
      case .check: return refuse(.unchecked, reason, facts, state: &state, progress: &progress)
      default: return absorbFailure(reason, of: step, facts, state: &state, progress: &progress)
      }
    }
  }

  /// A job of which nobody knows whether it happened, as systemd or the bus went away meanwhile.
  ///
  /// Only a probe tells what is served; what is not is asked for again, once. After that a job
  /// without an answer counts as done: else it were a loop.
  private static func absorbUnanswered(
    _ step: Step, _ facts: Facts, _ state: inout ServiceState, _ progress: inout Progress
  ) -> [Event] {
    guard !progress.isUnanswered else {
      return absorbSuccess(of: step, facts, state: &state, progress: &progress)
    }
    applied(step, facts, progress: &progress)
    progress.served = .unknown
    progress.isUnanswered = true
    return []
  }

  /// What fails, or is done and due again at once, waits longer and longer: else it were a loop.
  ///
  /// Jobs and probes are not meant: what follows them is decided by what is served.
  private static func holdRepeated(
    _ step: Step, _ result: StepResult, _ facts: Facts, progress: inout Progress
  ) {
    switch step {
    case .probe, .reload, .restart:
      progress.lastDone = nil
      return
    case .recordFirstSight, .enforce, .readCalendar, .stage, .lookUpPorts, .check,
      .switchCurrent, .commit, .rollBack, .prune, .answer:
      break
    }
    let reason: String
    switch result {
    case .failed(let text), .noAnswer(let text):
      progress.lastDone = nil
      if step.hasOwnPause { return }
      reason = text
    case .done:
      let now = facts.observation.clock.boottime
      let isSoon = now - progress.lastDoneAt < Limits.repeatedWithin
      let isRepeated = isSoon && progress.lastDone?.isSame(as: step) ?? false
      progress.lastDone = step
      progress.lastDoneAt = now
      guard isRepeated else {
        progress.held[step.kind] = nil
        return
      }
      reason = "it was done but had no effect"
    }
    let before = progress.held[step.kind]
    let attempts = (before?.step.isSame(as: step) ?? false ? before?.attempts ?? 0 : 0) + 1
    let pause = Limits.pause(afterTries: attempts)
    progress.held[step.kind] = HeldStep(
      step: step, until: facts.observation.clock.boottime + pause, attempts: attempts,
      reason: reason)
  }

  private static func absorbSuccess(
    of step: Step, _ facts: Facts, state: inout ServiceState, progress: inout Progress
  ) -> [Event] {
    switch step {
    case .recordFirstSight:
      progress.ratchetFailed = nil
      return [firstSight(facts)]
    case .enforce(let since, let writeRatchet, let writeDropIn, let why):
      progress.ratchetFailed = nil
      if writeDropIn { triedDropIn(facts, progress: &progress) }
      guard writeRatchet else { return [] }
      return [Event(code: .enforced, text: enforcedText(facts, since: since, why: why))]
    case .readCalendar: break
    case .stage:
      // A number may be used again: what was found for an older candidate does not count.
      state.checked = nil
      progress.portsFree = nil
    case .prune(let keep, _):
      if let checked = state.checked, !keep.contains(checked) { state.checked = nil }
      if let free = progress.portsFree, !keep.contains(free) { progress.portsFree = nil }
    case .lookUpPorts(let generation, _):
      progress.portsFree = generation
      state.forget { $0.kind == .portTaken }
    case .check(let generation):
      state.checked = generation
      state.forget { $0.kind == .refused || $0.kind == .unchecked }
    case .switchCurrent(let generation):
      progress.served = .unapplied
      progress.servedGeneration = generation
    case .reload, .restart:
      applied(step, facts, progress: &progress)
      restartedForCandidate(step, facts, progress: &progress)
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

  /// Whether it was written is seen by what is read next; if nothing is, it is written again.
  static func triedDropIn(_ facts: Facts, progress: inout Progress) {
    progress.dropInTried = facts.observation.settings.digest
    progress.dropInAttempts += 1
    let pause = Limits.pause(afterTries: progress.dropInAttempts, first: Limits.ratchetRetry)
    progress.dropInAgain = facts.observation.clock.boottime + pause
  }

  private static func firstSight(_ facts: Facts) -> Event {
    if facts.isEnforced {
      let text =
        "\(facts.unitName) was seen for the first time; HTTPS is in force already, for good"
      return Event(code: .firstSight, text: text)
    }
    let period = min(facts.settings?.plain.enforceAfter ?? 0, Limits.longestGracePeriod)
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
    progress.appliedFor = Set(facts.observation.requests.map(\.id))
    progress.isFreshRun = false
    progress.isUnanswered = false
    if step.kind == .restart { progress.servedGeneration = nil }
  }

  /// A restart for a candidate remembers it, so that a preparation that did not switch is noticed.
  static func restartedForCandidate(_ step: Step, _ facts: Facts, progress: inout Progress) {
    guard step.kind == .restart, !facts.isOnTrial || facts.trialIsStuck,
      restoreStep(facts)?.kind != .restart,
      let order = facts.order, order.urgency == .now, !facts.isBlocked(order.order),
      let candidate = facts.observation.candidate, facts.satisfies(candidate, order.order)
    else { return }
    progress.restartedFor = candidate.number
  }

  private static func absorbGoodProbe(
    _ facts: Facts, state: inout ServiceState, progress: inout Progress
  ) -> [Event] {
    progress.served = .good
    progress.lookAgain = nil
    progress.isFreshRun = false
    progress.isUnanswered = false
    state.staleRun = nil
    guard !facts.isOnTrial else { return [] }
    state.restoring = nil
    rememberAsLastGood(facts, state: &state)
    // However late: what was brought back is served.
    if state.lastAction?.kind == .rollBack {
      state.lastAction?.result = .rolledBack
      progress.actionPending = false
      return []
    }
    guard progress.actionPending else { return [] }
    progress.actionPending = false
    state.lastAction = LastAction(
      kind: progress.appliedKind, at: facts.now, result: .done,
      reason: facts.observation.requests.isEmpty
        ? "what was served was not the current generation" : "asked for on the command line")
    return []
  }

  /// An older good generation that somebody's start went back to is the last good one again: what
  /// changes from now on is measured by it, and goes back to it.
  ///
  /// Once HTTPS is enforced, one on HTTP never takes the place of another: it is no way back.
  private static func rememberAsLastGood(_ facts: Facts, state: inout ServiceState) {
    guard let current = facts.observation.current, state.committed.last != current.number,
      current.listen.consoleProtocol == .https || !facts.isEnforced
    else { return }
    state.committed = state.committed.filter { $0 != current.number } + [current.number]
  }

  private static func commit(
    _ generation: Int, _ facts: Facts, state: inout ServiceState, progress: inout Progress
  ) -> Event {
    state.committed = (state.committed.filter { $0 != generation } + [generation])
      .suffix(4 * Limits.keptGenerations)
    state.failure = nil
    state.otherFailure = nil
    state.restoring = nil
    let why = facts.observation.current?.why ?? "it answers on every channel"
    state.lastAction = LastAction(
      kind: progress.appliedKind, at: facts.now, result: .done, reason: why)
    let how =
      switch progress.appliedKind {
      case .restart: "after a restart"
      case .reload: "after a reload"
      case .switch: "since the last start of \(facts.unitName)"
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

  static func rolledBack(
    from: Int, to: Int, _ reason: String, _ facts: Facts, state: inout ServiceState,
    progress: inout Progress
  ) -> Event {
    progress.served = .unapplied
    progress.servedGeneration = to
    progress.portsFree = nil
    progress.restartedFor = nil
    state.checked = nil
    state.restoring = to
    let text = "generation \(from) was rolled back to \(to): \(reason)"
    if let current = facts.observation.current, let good = facts.observation.lastGood {
      if facts.needsRestart(from: current, to: good) {
        state.staleRun = facts.observation.unit.invocation
      }
      let isNew = current.certificate.sha256 != good.certificate.sha256
      state.remember(
        Failure(
          kind: .probe, listen: current.listen, newCertificate: isNew,
          attempts: state.attempts(current.listen, newCertificate: isNew) + 1, at: facts.now,
          context: facts.failureContext, rolledBack: true, text: text))
    }
    state.lastAction = LastAction(
      kind: .rollBack, at: facts.now, result: .failed, reason: reason)
    return Event(code: .rolledBack, text: text, generation: from, reason: text)
  }
}
