import Planner

extension Corruption {
  /// Faults that were planted, each with the checker that must find it.
  static let planted: [Corruption] = [
    Corruption(
      name: "a commit is dropped", caughtBy: "LastChangeInForce",
      after: { plan, _, _ in if plan.step?.kind == .commit { plan.step = nil } }),
    Corruption(
      name: "HTTPS is rolled back to an old generation on HTTP", caughtBy: "HTTPSStays",
      after: { plan, observation, progress in
        guard progress.running == nil, plan.step == nil, progress.served == .good,
          let current = observation.current,
          current.listen.consoleProtocol == .https, current.number > 1,
          observation.generationsOnDisk.contains(1)
        else { return }
        name(.rollBack, in: &plan)
        plan.step = .rollBack(from: current.number, to: 1, reason: "planted")
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
      name: "a restart instead of a reload", caughtBy: "ActionsAreNamed",
      after: { plan, _, _ in if plan.step == .reload { plan.step = .restart } }),
    Corruption(
      name: "what touches the service is not published", caughtBy: "ActionsAreNamed",
      after: { plan, _, _ in plan.upcoming.removeAll { $0.kind == .switchCurrent } }),
    Corruption(
      name: "a pause is ignored", caughtBy: "NoLoops",
      before: { state, progress in
        state.failure = nil
        state.otherFailure = nil
        progress.held = [:]
      }),
    Corruption(
      name: "a wake-up in the past", caughtBy: "AlwaysWakes",
      after: { plan, observation, _ in plan.wakeAt = observation.clock.realtime - 1 }),
    Corruption(
      name: "no wake-up for ten years", caughtBy: "AlwaysWakes",
      after: { plan, _, _ in plan.wakeAt += 3650 * Limits.day }),
    Corruption(
      name: "a second step while one is under way", caughtBy: "OneAtATime",
      after: { plan, _, progress in if progress.running != nil { plan.step = .reload } }),
    Corruption(
      name: "the server's check is left out", caughtBy: "RefusedChangesNothing",
      after: { plan, _, _ in
        guard case .check(let number) = plan.step else { return }
        name(.switchCurrent, in: &plan)
        plan.step = .switchCurrent(generation: number)
      }),
    Corruption(
      name: "certificates are never renewed", caughtBy: "CertificateLives",
      after: { plan, _, _ in
        if case .stage(let order) = plan.step, order.newCertificate { plan.step = nil }
      }),
    Corruption(
      name: "requests are never answered", caughtBy: "LastChangeInForce",
      after: { plan, _, _ in if plan.step?.kind == .answer { plan.step = nil } }),
    Corruption(
      name: "trouble is kept quiet", caughtBy: "TroubleIsTold",
      after: { plan, _, _ in plan.notices = [] }),
  ]

  private static func name(_ kind: StepKind, in plan: inout Plan) {
    plan.upcoming.append(PlannedStep(kind: kind, what: "planted", why: "planted"))
  }
}
