import Planner

/// What was refused has no effect, and only what the server accepted is switched to.
struct RefusedChangesNothing: Checker {
  private var accepted: GenerationFacts?
  private var before: GenerationFacts?

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .begins: before = world.current.flatMap { world.generations[$0] }
    case .ended(.check(let number), .done, _, _): accepted = world.generations[number]
    case .ended(let step, let result, _, let servedBefore):
      switch step {
      case .stage, .lookUpPorts, .check:
        if result != .done && world.serving != servedBefore {
          return "\(step) was refused but something else is served"
        }
      case .switchCurrent(let number):
        let target = world.generations[number]
        if result == .done, let before, target?.listen != before.listen, target != accepted {
          return "generation \(number) was switched to but never checked"
        }
      default: break
      }
    case .planned, .outside, .said, .crashed, .idle, .settled: break
    }
    return nil
  }
}
