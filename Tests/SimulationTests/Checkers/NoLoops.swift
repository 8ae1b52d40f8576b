import Planner

/// While nothing happens outside, the service is touched a few times an hour at most, and the
/// daemon does not run in circles either.
struct NoLoops: Checker {
  /// A change with roll-back touches the service four times; a retry and three looks come on top.
  static let touchesPerHour = 12
  /// Retries every five minutes, of up to three steps each, after a burst of a few doublings.
  static let stepsPerHour = 150

  private var steps: [(at: Seconds, step: Step)] = []

  mutating func see(_ moment: Moment, in world: World) -> String? {
    switch moment {
    case .outside, .crashed: steps = []
    case .begins(let step):
      steps.append((world.boottime, step))
      if let stale = steps.lastIndex(where: { $0.at <= world.boottime - 3600 }) {
        steps.removeFirst(stale + 1)
      }
      let touches = steps.count { $0.step.touchesService }
      if touches > Self.touchesPerHour {
        return "the service was touched \(touches) times in an hour"
      }
      if steps.count > Self.stepsPerHour { return "\(steps.count) steps in an hour" }
    case .planned, .ended, .idle, .settled: break
    }
    return nil
  }
}
