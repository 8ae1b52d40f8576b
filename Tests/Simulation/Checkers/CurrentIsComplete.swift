import Planner

/// `current` always names a generation that is whole, and `candidate` never one that is half.
struct CurrentIsComplete: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    if case .begins(.prune(let keep, _)) = moment, let current = world.current,
      !keep.contains(current)
    {
      return "generation \(current) is in use and is about to be removed"
    }
    guard let current = world.current else { return "there is no current generation" }
    if world.generations[current] == nil { return "current names \(current), which is not whole" }
    guard let candidate = world.candidate, world.damaged.contains(candidate) else { return nil }
    return "candidate names \(candidate), which is not whole"
  }
}
