import Planner

/// There always is a next moment to look again, in the future and not too far.
struct AlwaysWakes: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .planned(let plan, let observation, _) = moment else { return nil }
    let pause = plan.wakeAt - observation.clock.realtime
    return (1...Limits.longestSleep).contains(pause) ? nil : "the wake-up is \(pause) s from now"
  }
}
