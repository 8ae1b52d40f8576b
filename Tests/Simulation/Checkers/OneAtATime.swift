import Planner

/// Nothing begins while a step is under way.
struct OneAtATime: Checker {
  private var running: Step?

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .planned(let plan, _, .some(let running)):
      if let step = plan.step { return "\(step) is due while \(running) is under way" }
    case .begins(let step):
      if let running { return "\(step) begins while \(running) is under way" }
      running = step
    case .ended, .crashed: running = nil
    case .planned, .outside, .said, .idle, .settled: break
    }
    return nil
  }
}
