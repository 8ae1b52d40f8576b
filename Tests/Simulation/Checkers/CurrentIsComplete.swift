import Planner

/// `current` always names a generation that is whole, and `candidate` never one that is half.
struct CurrentIsComplete: Checker {
  mutating func see(_ moment: Moment, in world: World) -> String? {
    guard let current = world.current else { return "there is no current generation" }
    if world.generations[current] == nil { return "current names \(current), which is not whole" }
    guard let candidate = world.candidate, world.damaged.contains(candidate) else { return nil }
    return "candidate names \(candidate), which is not whole"
  }
}
