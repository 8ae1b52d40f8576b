import Planner

@testable import Simulation

extension Corruption {
  /// Faults that were planted, each with the checker that must find it.
  static let planted = policy + told + performed

  /// Wrong decisions.
  private static let policy: [Corruption] = [
    Corruption(
      name: "a commit is dropped", caughtBy: "LastChangeInForce",
      after: { plan, _, _ in if plan.step?.kind == .commit { plan.step = nil } }),
    Corruption(
      name: "HTTPS is rolled back to an old generation on HTTP", caughtBy: "HTTPSStays",
      after: { plan, observation, progress in
        guard isIdleOnHTTPS(plan, observation, progress) else { return }
        name(.rollBack, in: &plan)
        plan.step = .rollBack(from: observation.current?.number ?? 0, to: 1, reason: "planted")
      }),
    Corruption(
      name: "the ratchet is set anew each time", caughtBy: "HTTPSStays",
      after: { plan, observation, _ in
        if case .enforce(_, false, let writeDropIn, let why) = plan.step {
          plan.step = .enforce(
            since: observation.clock.realtime, writeRatchet: true, writeDropIn: writeDropIn,
            why: why)
        }
      }),
    Corruption(
      name: "an old generation on HTTP is switched to", caughtBy: "PlainTextEnds",
      after: { plan, observation, progress in
        guard isIdleOnHTTPS(plan, observation, progress) else { return }
        name(.switchCurrent, in: &plan)
        plan.step = .switchCurrent(generation: 1)
      }),
    Corruption(
      name: "the grace period never ends", caughtBy: "GraceIsCounted",
      after: { plan, _, _ in if plan.step?.kind == .enforce { plan.step = nil } }),
    Corruption(
      name: "first sight is recorded at every start", caughtBy: "GraceIsCounted",
      after: { plan, observation, progress in
        if plan.step == nil && progress.running == nil {
          plan.step = .recordFirstSight(at: observation.clock.realtime)
        }
      }),
    Corruption(
      name: "a pause is ignored", caughtBy: "ActionsAreBounded",
      before: { state, progress in
        state.failure = nil
        state.otherFailure = nil
        progress.held = [:]
      }),
    Corruption(
      name: "a hold is not heeded", caughtBy: "HandsOff",
      after: { plan, observation, progress in
        guard progress.running == nil, plan.step == nil, plan.condition == .waiting,
          let candidate = observation.candidate
        else { return }
        name(.switchCurrent, in: &plan)
        plan.step = .switchCurrent(generation: candidate.number)
      }),
    Corruption(
      name: "a stopped unit is started", caughtBy: "StoppedStays",
      after: { plan, observation, progress in
        guard progress.running == nil, plan.step == nil, observation.unit.activity == .inactive
        else { return }
        name(.restart, in: &plan)
        plan.step = .restart
      }),
    Corruption(
      name: "the server's check is left out", caughtBy: "RefusedChangesNothing",
      after: { plan, _, _ in
        guard case .check(let number) = plan.step else { return }
        name(.switchCurrent, in: &plan)
        plan.step = .switchCurrent(generation: number)
      }),
    Corruption(
      name: "what is in use is pruned", caughtBy: "CurrentIsComplete",
      after: { plan, observation, _ in
        guard case .prune(let keep, let drop) = plan.step else { return }
        plan.step = .prune(
          keep: keep.filter { $0 != observation.current?.number }, dropCandidate: drop)
      }),
    Corruption(
      name: "certificates are never renewed", caughtBy: "CertificateLives",
      after: { plan, _, _ in
        if case .stage(let order) = plan.step, order.newCertificate { plan.step = nil }
      }),
    Corruption(
      name: "an import is served before its moment", caughtBy: "NeverEarly",
      after: { plan, observation, progress in
        guard progress.running == nil, plan.step == nil,
          let candidate = observation.candidate, candidate.certificate.issuer != nil
        else { return }
        name(.switchCurrent, in: &plan)
        plan.step = .switchCurrent(generation: candidate.number)
      }),
    Corruption(
      name: "what was imported is never made ready", caughtBy: "BroughtIsServed",
      after: { plan, _, _ in
        if case .stage(let order) = plan.step, order.certificate.source.isBrought {
          plan.step = nil
        }
      }),
    Corruption(
      name: "requests are never answered", caughtBy: "LastChangeInForce",
      after: { plan, _, _ in if plan.step?.kind == .answer { plan.step = nil } }),
    Corruption(
      name: "every clock is believed", caughtBy: "DoubtIsSafe",
      before: { _, progress in
        progress.clock = ClockMemory()
        progress.clock.isBelievedAnyway = true
        progress.clock.believedOffset = 0
      }),
  ]

  /// Right decisions, told wrongly.
  private static let told: [Corruption] = [
    Corruption(
      name: "a restart instead of a reload", caughtBy: "ActionsAreNamed",
      after: { plan, _, _ in if plan.step == .reload { plan.step = .restart } }),
    Corruption(
      name: "what touches the service is not published", caughtBy: "ActionsAreNamed",
      after: { plan, _, _ in plan.upcoming.removeAll { $0.kind == .switchCurrent } }),
    Corruption(
      name: "a wake-up in the past", caughtBy: "AlwaysWakes",
      after: { plan, observation, _ in plan.wakeAt = observation.clock.realtime - 1 }),
    Corruption(
      name: "no wake-up for ten years", caughtBy: "AlwaysWakes",
      after: { plan, _, _ in plan.wakeAt += 3650 * Limits.day }),
    Corruption(
      name: "the daemon wakes all the time", caughtBy: "SleepIsLong",
      after: { plan, observation, _ in plan.wakeAt = observation.clock.realtime + 5 }),
    Corruption(
      name: "no reason is given", caughtBy: "PlanIsExplained",
      after: { plan, _, _ in
        for index in plan.upcoming.indices where plan.upcoming[index].kind == .probe {
          plan.upcoming[index].why = ""
        }
      }),
    Corruption(
      name: "trouble is kept quiet", caughtBy: "TroubleIsTold",
      after: { plan, _, _ in plan.notices = [] }),
    Corruption(
      name: "a notice stands for ever", caughtBy: "NoticesAreTrue",
      after: { plan, observation, _ in
        if observation.unit.activity == .active {
          plan.notices.append(Notice(code: "unit-stopped", severity: .warning, text: "planted"))
        }
      }),
    Corruption(
      name: "nobody is told of enforcement", caughtBy: "NoticesAreTrue",
      after: { plan, _, _ in
        plan.notices.removeAll { $0.code.hasPrefix("enforcement-soon") }
      }),
    Corruption(
      name: "what is over is not cleared", caughtBy: "NoticesOnce",
      said: { entries in
        entries.removeAll { if case .cleared = $0 { true } else { false } }
      }),
    Corruption(
      name: "what stands is said again and again", caughtBy: "NoticesOnce",
      said: { entries in entries += entries }),
  ]

  /// Right decisions, performed wrongly.
  private static let performed: [Corruption] = [
    Corruption(
      name: "a second step while one is under way", caughtBy: "OneAtATime",
      after: { plan, _, progress in if progress.running != nil { plan.step = .reload } }),
    Corruption(
      name: "a followed certificate is served before it is accepted", caughtBy: "BroughtIsServed",
      host: { world, step, _ in
        guard case .stage = step, let held = world.brought.followed?.finding?.certificate,
          let number = world.candidate
        else { return }
        world.generations[number]?.certificate = held
      }),
    Corruption(
      name: "a probe that finds everything well", caughtBy: "EventsAreTrue",
      host: { _, step, result in if step.kind == .probe { result = .done } }),
    Corruption(
      name: "the record of enforcement is not written", caughtBy: "EventsAreTrue",
      host: { world, step, result in
        if case .enforce(_, true, _, _) = step, result == .done {
          world.ratchet.enforcedSince = nil
        }
      }),
    Corruption(
      name: "the record of enforcement is lost later", caughtBy: "HTTPSStays",
      host: { world, step, _ in
        if step.kind == .commit { world.ratchet.enforcedSince = nil }
      }),
    Corruption(
      name: "a candidate is named before it is whole", caughtBy: "CurrentIsComplete",
      host: { world, step, _ in
        guard case .stage = step, let number = world.candidate, number != world.current else {
          return
        }
        world.generations[number] = nil
        world.damaged.insert(number)
      }),
  ]

  private static func isIdleOnHTTPS(
    _ plan: Plan, _ observation: Observation, _ progress: Progress
  ) -> Bool {
    guard progress.running == nil, plan.step == nil, progress.served == .good,
      let current = observation.current
    else { return false }
    return current.listen.consoleProtocol == .https && current.number > 1
      && observation.generationsOnDisk.contains(1)
  }

  private static func name(_ kind: StepKind, in plan: inout Plan) {
    plan.upcoming.append(PlannedStep(kind: kind, what: "planted", why: "planted"))
  }
}
