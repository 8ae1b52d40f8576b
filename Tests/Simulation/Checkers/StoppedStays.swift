import Planner

/// What somebody stopped is not started by us.
struct StoppedStays: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard case .begins(.restart) = moment, world.activity == .inactive, world.told == nil
    else { return nil }
    return "a unit that somebody stopped is about to be started"
  }
}
