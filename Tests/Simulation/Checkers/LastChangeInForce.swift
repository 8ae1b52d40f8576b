import Planner

/// Once faults stop, what is wanted is served, proved, and every request is answered.
struct LastChangeInForce: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .settled(let plan, let observation, let state) = moment else { return nil }
    guard world.activity == .active else { return "the unit does not run: \(world.activity)" }
    guard let serving = world.serving else { return "nothing is served" }
    if serving.listen != plan.wanted {
      return "served \(serving.listen), wanted \(plan.wanted as Any)"
    }
    if serving.number != world.current && serving.listen != observation.current?.listen {
      return "generation \(serving.number) is served but current is \(world.current ?? 0)"
    }
    if !state.committed.contains(world.current ?? 0) { return "the current generation is on trial" }
    if !world.requests.isEmpty { return "requests wait: \(world.requests)" }
    let errors = plan.notices.filter { $0.severity == .error }
    if !errors.isEmpty { return "notices stand although all is well: \(errors)" }
    let waits = world.draft.settings.restart.window != nil || world.isWaiting
    let mayWait = waits && plan.condition == .waiting
    if plan.condition != .good && !mayWait { return "the condition is \(plan.condition)" }
    let kept = world.generations.count
    if kept > 3 * Limits.keptGenerations { return "\(kept) generations are kept" }
    return nil
  }
}
